"""A match in words: short enough for the channel, whatever the directory's entries are like."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from babel import Locale
from babel.dates import format_date, format_time, get_day_names

from actions.agencies.services import Schedule
from actions.directory.asking import Wish
from actions.directory.matching import Match, days, fits_time
from actions.words import word

_WEB, _SMS = 285, 250
"""Characters that the blanks of one answer may have together; the rest of 320, or of two segments, is its own."""
_SMS_UNICODE = 110
"""The same where a letter is outside the alphabet of text messages, so that a segment holds 67 letters."""
_NAME, _PLACE, _DETAIL = 48, 52, 70
_NUMBERS = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", -1: "last"}


@dataclass(frozen=True)
class Teller:
    """Puts matches into words for one turn."""

    language: str
    channel: str
    now: datetime

    def blanks(self, match: Match, wish: Wish, others: Iterable[tuple[int, Match]] = ()) -> dict[str, str]:
        """{service} {where} {open} {details}, and {others} if there are any and they fit. None is ever empty."""
        narrow = self._narrow(match)
        room = _SMS_UNICODE if narrow else _SMS if self.channel == "sms" else _WEB
        blanks = {
            "service": self.name(match),
            "where": clip(self.where(match), 38 if narrow else 100).rstrip("."),
            "open": _capital(clip(self.opening(match, wish), 34 if narrow else 110).rstrip(".")),
        }
        room -= sum(map(len, blanks.values()))
        kept: list[str] = []
        for detail in self._details(match, wish):
            if len(detail) + 2 <= room:
                kept.append(detail.rstrip("."))
                room -= len(detail) + 2
        blanks["details"] = ". ".join(kept) or self.say("more")
        listed: list[str] = []
        for number, other in others:
            name = self.title(other, match)
            short = f"{number}. {name}{self._short_distance(other)}".rstrip(".")
            if len(short) + 12 <= room and (narrow or self.channel != "sms" or gsm(short)):
                listed.append(short)
                room -= len(short) + 2
        return blanks | ({"others": ", ".join(listed)} if listed else {})

    def title(self, match: Match, first: Match) -> str:
        """What a further match is called in a list: its place, where it is the first one's service elsewhere."""
        same = match.service.name == first.service.name and match.place is not None
        return clip(match.place.name if same and match.place else match.service.name, 30)

    def name(self, match: Match) -> str:
        """The service's name."""
        return clip(match.service.name, 30 if self._narrow(match) else _NAME)

    def fact(self, match: Match, text: str) -> str:
        """One fact beside the name, as long as the channel allows."""
        return clip(text, 60 if self._narrow(match) else 190).rstrip(".")

    def where(self, match: Match) -> str:
        """The address and how far it is."""
        if match.place is None:
            return self.say("by_phone")
        address = clip(match.place.address or match.place.name, _PLACE)
        far = self._distance(match)
        return f"{address}, {far}" if far and address else address or far or self.say("ask_where")

    def opening(self, match: Match, wish: Wish) -> str:
        """Whether it is open at the time asked for, or when it opens."""
        hours = match.hours
        if hours.day_and_night:
            return self.say("always")
        if not hours.known:
            return self.say("hours_words", words=clip(hours.words, 60)) if hours.words else self.say("hours_unknown")
        fit = fits_time(wish, hours, self.now) if wish.has_time and not wish.now else None
        if fit:
            return self._span_on(fit)
        until = hours.until(self.now)
        asked = wish.has_time and not wish.now
        if until and not asked:
            return self.say("open_now", until=self.clock(until))
        span = hours.next(self.now)
        opens = self.say("opens", when=self._when(span[0])) if span else self.say("no_opening")
        if asked and (wish.day or wish.weekend):
            day = next(iter(days(wish, self._today)))
            return f"{self.say('closed_on', day=self._day_name(day))}. {opens}"
        return f"{self.say('closed_now')}. {opens}" if wish.now else opens

    def on_day(self, match: Match, day: date) -> str:
        """The hours of one day."""
        spans = match.hours.on(day)
        if not spans:
            return self.opening(match, Wish(day=day.isoformat()))
        return " + ".join(self._span_on(span) for span in spans[:2])

    def week(self, match: Match) -> str:
        """The regular hours, days that share them together."""
        if match.hours.day_and_night:
            return self.say("always")
        groups: dict[tuple[time, time | None], list[str]] = {}
        seen: set[tuple[str, tuple[tuple[int, int], ...]]] = set()
        for item in match.hours.schedules:
            if item.opens is None or (str(item.opens), item.byday) in seen:
                continue
            seen.add((str(item.opens), item.byday))
            groups.setdefault((item.opens, item.closes), []).extend(self._days(item))
        told = [f"{_joined(names)} {self._span(*span)}" for span, names in groups.items() if names]
        text = "; ".join(told) or clip(match.hours.words, 120) or self.say("hours_unknown")
        season = self._season(match)
        return clip(f"{season}: {text}" if season else text, 170)

    def documents(self, match: Match) -> str:
        """What to bring."""
        return clip(", ".join(match.service.documents), 150)

    def languages(self, match: Match) -> str:
        """The languages spoken, in the reader's language."""
        known = Locale(self.language).languages
        return clip(", ".join(known.get(code, name) or code for code, name in match.languages.items()), 120)

    def cost(self, match: Match) -> str:
        """What it costs; "" if nobody says."""
        return self.say("free") if match.service.free and not match.service.fees else clip(match.service.fees, 120)

    def directions(self, match: Match) -> str:
        """How to get there and in."""
        if match.place is None:
            return self.say("by_phone")
        named = match.place.name if match.place.name != match.service.name else ""
        parts = [clip(named, 50), clip(match.place.transport, 60)]
        if match.place.wheelchair is not None:
            parts.append(self.say("wheelchair" if match.place.wheelchair else "no_wheelchair"))
        return ". ".join(part.rstrip(".") for part in parts if part)

    def clock(self, moment: datetime | time) -> str:
        """ "9 AM", "5:30 PM"; Spanish too has a.m. and p.m. here."""
        text = str(format_time(moment, "short", locale=f"{self.language}_US"))
        return text.replace("\u202f", " ").replace("\xa0", " ").replace(":00", "")

    def say(self, name: str, **blanks: str) -> str:
        """A fragment of the answers (`utter_services_words_…`) with its blanks filled."""
        text = word("services", name, self.language)
        for blank, value in blanks.items():
            text = text.replace("{" + blank + "}", value)
        return text

    @property
    def _today(self) -> date:
        return self.now.date()

    def _narrow(self, match: Match) -> bool:
        """Whether a text message about it holds few letters, because some are outside the usual alphabet."""
        service, place = match.service, match.place
        said = (service.name, service.fees, *service.documents, *(name for _, name in service.languages))
        there = (place.name, place.address, place.transport, match.hours.words) if place else (match.hours.words,)
        return self.channel == "sms" and not gsm("".join((*said, *there)))

    def _details(self, match: Match, wish: Wish) -> Iterable[str]:
        if match.phone:
            yield self.say("phone", phone=clip(match.phone, 30))
        if wish.language:
            yield self.say("languages", languages=clip(self.languages(match), _DETAIL))
        if wish.wheelchair and match.place and match.place.wheelchair:
            yield self.say("wheelchair")
        if match.service.documents:
            yield self._bring(match.service.documents)
        cost = clip(self.cost(match), _DETAIL).rstrip(".")
        if cost:
            yield cost

    def _bring(self, documents: tuple[str, ...]) -> str:
        """As many documents as fit, whole."""
        kept = [clip(documents[0], _DETAIL)]
        for document in documents[1:]:
            if len(", ".join((*kept, document))) > _DETAIL:
                break
            kept.append(document)
        return self.say("bring" if len(kept) == len(documents) else "bring_more", bring=", ".join(kept))

    def _distance(self, match: Match) -> str:
        if match.miles is None:
            return ""
        return "" if match.miles < 0.05 else self.say("miles", miles=f"{match.miles:.1f}")

    def _short_distance(self, match: Match) -> str:
        return "" if match.miles is None else f" ({max(match.miles, 0.1):.1f} mi)"

    def _span_on(self, span: tuple[datetime, datetime]) -> str:
        day = self._day_name(span[0].date())
        return self.say("day_hours", day=day, opens=self.clock(span[0]), until=self.clock(span[1]))

    def _span(self, opens: time, closes: time | None) -> str:
        return f"{self.clock(opens)}-{self.clock(closes)}" if closes else self.clock(opens)

    def _when(self, moment: datetime) -> str:
        ahead = (moment.date() - self._today).days
        names = {0: "today_at", 1: "tomorrow_at"}
        if ahead in names:
            return self.say(names[ahead], time=self.clock(moment))
        return self.say("day_at", day=self._day_name(moment.date()), time=self.clock(moment))

    def _day_name(self, day: date) -> str:
        """The weekday; with the date where it is more than six days ahead."""
        ahead = (day - self._today).days
        far = "EEEE d 'de' MMMM" if self.language == "es" else "EEEE, MMMM d"
        return str(format_date(day, far if ahead > 6 else "EEEE", locale=self.language))

    def _days(self, item: Schedule) -> list[str]:
        names = get_day_names("abbreviated", locale=self.language)
        weekdays = [weekday for number, weekday in item.byday if not number]
        told = [names[weekday].rstrip(".") for weekday in weekdays]
        if len(weekdays) > 2 and weekdays == list(range(weekdays[0], weekdays[0] + len(weekdays))):
            told = [f"{told[0]}-{told[-1]}"]
        return told + [
            f"{self.say('number_' + _NUMBERS[number])} {names[day].rstrip('.')}" for number, day in item.byday
            if number in _NUMBERS
        ]  # fmt: skip

    def _season(self, match: Match) -> str:
        """The months of a service that is open for a part of the year."""
        for item in match.hours.schedules:
            if item.opens and item.valid_from and item.valid_to and item.valid_to >= self._today:
                pattern = "d 'de' MMM" if self.language == "es" else "MMM d"
                first, last = (
                    format_date(day, pattern, locale=self.language) for day in (item.valid_from, item.valid_to)
                )
                return f"{first} - {last}"
        return ""


def clip(text: str, longest: int) -> str:
    """The text, cut at a word's end where it is too long."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 3]
    return (cut.rsplit(" ", 1)[0] if " " in cut[longest // 2 :] else cut).rstrip(" ,.;:") + "..."


def gsm(text: str) -> bool:
    """Whether text messages can carry it at one byte a letter, once accents are folded."""
    return all(letter.isascii() or letter in "áéíóúüñÁÉÍÓÚÜÑ¿¡àèìòùäöåÄÖÅßçÇ" for letter in text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _joined(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(names))
