"""One request of one person, as handlers and templates see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Day
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from babel.dates import format_date, format_time
from markupsafe import Markup, escape
from multidict import MultiDict, MultiDictProxy

from bot.clock import iso
from studio.web import flash
from studio.web.accounts.person import Person
from studio.web.accounts.roles import Role
from studio.web.accounts.sessions import Session
from studio.web.refusals import SignInFirst
from studio.web.routing import local
from studio.web.studio import Studio

Form = MultiDictProxy[str | web.FileField | bytes | bytearray]


def _nothing() -> Form:
    return MultiDictProxy(MultiDict())


@dataclass(frozen=True)
class Visit:
    """The request, who makes it, and in which language they read."""

    request: web.Request
    studio: Studio
    visitor: Person | None
    session: Session | None
    language: str
    csrf_token: str
    address: str
    """Whom to count for limits; never to be logged."""
    form: Form = field(default_factory=_nothing)

    @property
    def person(self) -> Person:
        """Who is signed in. Raises SignInFirst on public pages where nobody is."""
        if self.visitor is None:
            raise SignInFirst
        return self.visitor

    def may(self, role: Role) -> bool:
        """Whether somebody is signed in who may do what that role may."""
        return self.visitor is not None and self.visitor.may(role)

    def text(self, name: str, longest: int = 20_000) -> str:
        """A field of the form without spaces around it and with plain line ends; "" where it is missing or a file."""
        value = self.form.get(name, "")
        return value[:longest].replace("\r\n", "\n").strip() if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """All fields of that name, such as ticked boxes."""
        return [value for value in self.form.getall(name, []) if isinstance(value, str)]

    def asked(self, name: str) -> str:
        """A part of the query; "" where it is missing."""
        return self.request.query.get(name, "").strip()

    def part(self, name: str) -> str:
        """A part of the path, such as `name` of /topics/{name}."""
        return self.request.match_info[name]

    def say(self, key: str, /, **blanks: object) -> str:
        """The interface's words in this person's language."""
        return self.studio.words.say(key, self.language, **blanks)

    def retell(self, words: str) -> str:
        """What another part said in English, in this person's language."""
        return self.studio.words.retell(words, self.language)

    def page(self, template: str, *, status: int = 200, **values: Any) -> web.Response:
        """A page. `mistakes` (field: words) marks fields and fills the summary; what was typed stays in the fields."""
        screen = template.split("/")[0]
        told = flash.read(self.studio, self.request)
        shown = {
            "mistakes": {},
            **values,
            "visit": self,
            "person": self.visitor,
            "say": self.say,
            "may": self.may,
            "language": self.language,
            "csrf": self.csrf,
            "nav": [item for screen in self.studio.screens for item in screen.nav if self.may(item.needs)],
            "here": self.request.path,
            "told": [self.say(key, **blanks) for key, blanks in told],
            "own_files": [name for name in (f"{screen}.css", f"{screen}.js") if name in self.studio.assets.files],
            "asset": self.studio.assets.url,
            "city": self.studio.city.name,
        }
        templates = self.studio.templates
        shown["parts"] = templates.get_template("parts.html").make_module(shown)
        body = templates.get_template(template).render(shown)
        response = web.Response(text=body, content_type="text/html", status=status)
        if told:
            flash.forget(self.studio, response)
        return response

    def back(self, to: str, told: str | None = None, **blanks: object) -> web.Response:
        """On to another page of ours (303), which tells once what was done."""
        response = web.Response(status=303, headers={"Location": local(to)})
        if told is not None:
            flash.write(self.studio, response, told, blanks)
        return response

    def date(self, seconds: float, with_time: bool = False) -> str:
        """A moment in the city's time, as people of this language write it."""
        moment = datetime.fromtimestamp(seconds, self.studio.city.time_zone)
        if with_time:
            return f"{self.date(seconds)}, {format_time(moment, 'short', locale=self.language)}"
        return str(format_date(moment, "medium", locale=self.language))

    def day(self, day: Day) -> str:
        """A day as people of this language write it."""
        return str(format_date(day, "medium", locale=self.language))

    def iso(self, seconds: float) -> str:
        """The moment for programs."""
        return iso(seconds)

    @property
    def came_from(self) -> str:
        """The page of ours that led here; else the first one."""
        at = urlsplit(self.request.headers.get("Referer", ""))
        here = at.netloc == self.request.host and at.path != self.request.path
        return local(at.path + (f"?{at.query}" if at.query else "")) if here else "/"

    @property
    def csrf(self) -> Markup:
        """What each form must carry."""
        return Markup('<input type="hidden" name="csrf" value="{}">').format(escape(self.csrf_token))

    @property
    def typed(self) -> Mapping[str, str]:
        """What the person has typed, by field; the first of several."""
        return {name: value for name, value in reversed(list(self.form.items())) if isinstance(value, str)}
