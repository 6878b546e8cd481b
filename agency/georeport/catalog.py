"""What the agency accepts: its request types and their questions in every language, read from one file."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.yaml12 import YAMLError, read

Datatype = Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
Words = dict[str, str]  # language -> text


class CatalogError(ValueError):
    """The file cannot be read or is wrong; the text says where."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Question(_Part):
    """One attribute of a service; with `variable` False it only informs. `values` maps keys to names."""

    code: str = Field(pattern=r"^[A-Z0-9_]+$")
    datatype: Datatype = "string"
    variable: bool = True
    required: bool = False
    text: Words
    hint: Words = {}
    values: dict[str, Words] = {}

    @model_validator(mode="after")
    def _lists_have_values(self) -> "Question":
        if self.datatype.endswith("valuelist") != bool(self.values):
            raise ValueError(f"question {self.code}: a list needs values, anything else must not have any")
        if self.required and not self.variable:
            raise ValueError(f"question {self.code}: what only informs cannot be required")
        return self


class Service(_Part):
    """One request type. `days`: how long it usually takes."""

    code: str = Field(pattern=r"^[A-Z0-9_]+$")
    type: Literal["realtime", "batch", "blackbox"] = "realtime"
    group: str
    department: str
    days: int = Field(ge=0)
    name: Words
    description: Words
    keywords: Words
    notice: Words = {}
    questions: tuple[Question, ...] = ()


class Catalog(_Part):
    """Everything in the file; the first language is the default."""

    languages: tuple[str, ...] = Field(min_length=1)
    groups: dict[str, Words]
    departments: dict[str, Words]
    services: tuple[Service, ...]
    changed: datetime

    @cached_property
    def by_code(self) -> dict[str, Service]:
        """Services by their code."""
        return {service.code: service for service in self.services}

    def words(self, words: Words, language: str) -> str:
        """Return the text in `language`, or in the default one."""
        return words.get(language) or words.get(self.languages[0], "")

    @model_validator(mode="after")
    def _fits_together(self) -> "Catalog":
        if len(self.by_code) != len(self.services):
            raise ValueError("two services have the same code")
        for service in self.services:
            if service.group not in self.groups or service.department not in self.departments:
                raise ValueError(f"service {service.code}: its group or department is not in the file")
            if len({question.code for question in service.questions}) != len(service.questions):
                raise ValueError(f"service {service.code}: two questions have the same code")
            for words in _texts(service):
                if words and set(words) != set(self.languages):
                    raise ValueError(f"service {service.code}: a text is not in exactly {', '.join(self.languages)}")
        return self


def load_catalog(path: Path) -> Catalog:
    """Read the file; raise CatalogError with one sentence if it cannot be used."""
    try:
        raw = read(path)
        changed = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
        return Catalog.model_validate({**raw, "changed": changed})
    except OSError as error:
        raise CatalogError(f"The file of services {path} cannot be read: {error.strerror}.") from error
    except (YAMLError, TypeError) as error:
        raise CatalogError(f"The file of services {path} is not a YAML mapping: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise CatalogError(f"The file of services {path} is wrong at {where}: {first['msg']}.") from error


def _texts(service: Service) -> Iterable[Words]:
    yield from (service.name, service.description, service.keywords, service.notice)
    for question in service.questions:
        yield from (question.text, question.hint, *question.values.values())
