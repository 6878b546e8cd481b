"""The directory's content as people write it: a folder of YAML files; a mistake is told with its file and line."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from ruamel.yaml import YAML
from yaml import MarkedYAMLError

from bot.yaml12 import YAMLError, read

FILES = ("taxonomy.yml", "organizations.yml", "places.yml", "services.yml")
_DAY = re.compile(r"(?:(?:1st|2nd|3rd|4th|last) )?(?:mon|tue|wed|thu|fri|sat|sun)")
_SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(?:([01]\d|2[0-3]):[0-5]\d|24:00)")
_ID = r"^[a-z0-9_]+$"
T = TypeVar("T")


class SeedError(ValueError):
    """A file of the directory cannot be used; the text says which, where and why."""


def _texts(words: dict[str, str]) -> dict[str, str]:
    if not words.get("en"):
        raise ValueError("a text needs at least its English words (en)")
    return words


def _hours(hours: dict[str, str]) -> dict[str, str]:
    for day, spans in hours.items():
        if not _DAY.fullmatch(day):
            raise ValueError(f"{day!r} is not a day; write mon to sun, or one of a month: 1st sat, last fri")
        for span in spans.split(","):
            opens, _, closes = span.strip().partition("-")
            if not _SPAN.fullmatch(span.strip()) or opens >= closes:
                raise ValueError(f"{span.strip()!r} is not a span of hours such as 09:00-17:30")
    return hours


Text = Annotated[dict[Literal["en", "es"], str], AfterValidator(_texts)]  # language -> words; English stands in
Hours = Annotated[dict[str, str], AfterValidator(_hours)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Term(_Part):
    """A kind of help. `words` are what people call it, in each language."""

    id: str = Field(pattern=_ID)
    name: Text
    parent: str | None = None
    words: dict[Literal["en", "es"], list[str]] = {}


class Taxonomy(_Part):
    """All kinds of help."""

    name: str
    description: str = ""
    version: str = ""
    terms: tuple[Term, ...]


class Organization(_Part):
    """Who runs services."""

    id: str = Field(pattern=_ID)
    name: Text
    description: Text
    phone: str | None = None
    email: str | None = None
    website: str | None = None


class Place(_Part):
    """Where services are given. `wheelchair` "no": no way in; None: nobody has checked."""

    id: str = Field(pattern=_ID)
    name: Text
    address: str
    postal_code: str = ""
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    phone: str | None = None
    wheelchair: Text | Literal["no"] | None = None
    bus: Text | None = None


class Places(_Part):
    """The file places.yml."""

    city: str = ""
    state: str = ""
    places: tuple[Place, ...]


class Holiday(_Part):
    """A day on which services are closed."""

    date: date
    name: Text


class Profile(BaseModel):
    """What the directory needs of the city profile: its holidays."""

    holidays: tuple[Holiday, ...] = ()


class Opening(_Part):
    """When a service is open; `months` bounds it to a season, such as (11, 12, 1, 2)."""

    hours: Hours = {}
    day_and_night: bool = False
    months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = ()
    holidays: Literal["open", "closed"] = "closed"

    @model_validator(mode="after")
    def _one_way(self) -> "Opening":
        if self.hours and self.day_and_night:
            raise ValueError("write hours or day_and_night, not both")
        return self


class At(Opening):
    """A service at a place."""

    place: str


class Service(Opening):
    """Something on offer. `amount`: dollars of the usual price; `cost` "free" or words."""

    id: str = Field(pattern=_ID)
    organization: str
    terms: tuple[str, ...] = Field(min_length=1)
    name: Text
    description: Text
    eligibility: Text | None = None
    apply: Text | None = None
    alert: Text | None = None
    minimum_age: int | None = Field(default=None, ge=0, le=120)
    maximum_age: int | None = Field(default=None, ge=0, le=120)
    cost: Literal["free"] | Text | None = None
    amount: float | None = Field(default=None, ge=0)
    bring: tuple[str, ...] = ()
    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], ...] = ()
    phone: str | None = None
    url: str | None = None
    at: tuple[At, ...] = ()


class Services(_Part):
    """The file services.yml."""

    documents: dict[str, Text] = {}
    services: tuple[Service, ...]


@dataclass(frozen=True)
class Seed:
    """Everything in the folder, checked against each other. `changed`: the latest change of a file."""

    taxonomy: Taxonomy
    organizations: tuple[Organization, ...]
    places: tuple[Place, ...]
    city: str
    state: str
    holidays: tuple[Holiday, ...]
    services: tuple[Service, ...]
    documents: dict[str, Text]
    changed: date


def load_seed(folder: Path, profile: Path) -> Seed:
    """Read the folder's files and the profile's holidays. Raises SeedError that names file, line and what to mend."""
    services = _read(folder / "services.yml", Services)
    places = _read(folder / "places.yml", Places)
    seed = Seed(
        taxonomy=_read(folder / "taxonomy.yml", Taxonomy),
        organizations=_read(folder / "organizations.yml", tuple[Organization, ...]),
        places=places.places,
        city=places.city,
        state=places.state,
        holidays=_read(profile, Profile).holidays if profile.exists() else (),
        services=services.services,
        documents=services.documents,
        changed=date.fromtimestamp(max((folder / name).stat().st_mtime for name in FILES)),
    )
    _check_ids(folder, seed)
    _check_services(folder / "services.yml", seed)
    return seed


def _check_ids(folder: Path, seed: Seed) -> None:
    terms = {term.id for term in seed.taxonomy.terms}
    for number, term in enumerate(seed.taxonomy.terms):
        if term.parent and term.parent not in terms:
            path = folder / "taxonomy.yml"
            raise SeedError(f"{_where(path, ('terms', number, 'parent'))}: there is no term {term.parent!r}.")
    lists: list[tuple[str, tuple[Any, ...], tuple[str, ...]]] = [
        ("taxonomy.yml", seed.taxonomy.terms, ("terms",)),
        ("organizations.yml", seed.organizations, ()),
        ("places.yml", seed.places, ("places",)),
        ("services.yml", seed.services, ("services",)),
    ]
    for name, items, under in lists:
        seen: set[str] = set()
        for number, item in enumerate(items):
            if item.id in seen:
                raise SeedError(f"{_where(folder / name, (*under, number, 'id'))}: the id {item.id} stands twice.")
            seen.add(item.id)


def _check_services(path: Path, seed: Seed) -> None:
    known = {
        "organization": {item.id for item in seed.organizations},
        "terms": {item.id for item in seed.taxonomy.terms},
        "place": {item.id for item in seed.places},
        "bring": set(seed.documents),
    }
    for number, service in enumerate(seed.services):
        named: Iterable[tuple[str, tuple[str, ...], tuple[Any, ...]]] = (
            ("organization", (service.organization,), ("organization",)),
            ("terms", service.terms, ("terms",)),
            ("bring", service.bring, ("bring",)),
            *(("place", (at.place,), ("at", position)) for position, at in enumerate(service.at)),
        )
        for kind, ids, place in named:
            missing = next((one for one in ids if one not in known[kind]), None)
            if missing is not None:
                line = _where(path, ("services", number, *place))
                raise SeedError(f"{line}: {kind} names {missing!r}, which does not exist.")


def _read(path: Path, kind: type[T]) -> T:
    try:
        raw = read(path)
        return TypeAdapter(kind).validate_python(raw)
    except OSError as error:
        raise SeedError(f"The directory's file {path} cannot be read: {error.strerror}.") from error
    except (YAMLError, UnicodeDecodeError) as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        line = f", line {mark.line + 1}" if mark else ""
        raise SeedError(
            f"{path}{line}: this is not YAML. Look for a missing quotation mark or a wrong indent."
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        what = next((str(part) for part in reversed(first["loc"]) if str(part).isidentifier()), "the file")
        reason = first["msg"].removeprefix("Value error, ")
        if first["type"] == "literal_error" and first["loc"][-1] == "[key]":  # what follows the comma became a language
            reason = "a text in {en: …, es: …} that has a comma stands in quotation marks"
        raise SeedError(f"{_where(path, first['loc'])}: {what} is wrong: {reason}.") from error


def _where(path: Path, place: tuple[Any, ...]) -> str:
    """ "services.yml, line 12", as near as the place can be followed."""
    value, line = YAML().load(path.read_text(encoding="utf-8")), 0
    for part in place:
        try:
            line = value.lc.data[part][0]
            value = value[part]
        except (AttributeError, KeyError, TypeError, IndexError):
            break
    return f"{path}, line {line + 1}"
