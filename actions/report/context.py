"""What a turn of the report form can look things up in."""

from dataclasses import dataclass
from functools import cached_property

from actions.agencies.open311 import Attribute, Service
from actions.forms.values import Locale
from actions.report.places import Places


@dataclass(frozen=True)
class Context:
    """The agency's types of problems, the city's streets, and the questions that belong to the draft's type."""

    services: tuple[Service, ...]
    places: Places
    locale: Locale
    questions: tuple[Attribute, ...] = ()

    @property
    def language(self) -> str:
        """The person's language."""
        return self.locale.language

    def service(self, code: str) -> Service | None:
        """The service with that code, if the agency still offers it."""
        return self._by_code.get(code)

    def without_place(self, text: str) -> str:
        """The words that are left when the address or street is taken out."""
        return text.replace(self.places.find(text) or self.places.street(text) or "\n", " ")

    @cached_property
    def _by_code(self) -> dict[str, Service]:
        return {service.code: service for service in self.services}
