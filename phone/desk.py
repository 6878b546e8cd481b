"""The phones on the desk: what each has sent and received, and what stands between them and the city."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import uuid4

import aiohttp

from bot.sms.optout import OptOut
from bot.sms.segments import Segments, measure
from phone.twilio import ERRORS, MIXED_UP_LIFE, NORMAL_LIFE, Sent, SimulatedTwilio

PHONES = ("+13125550111", "+13125550112", "+13125550113", "+13125550114")
"""Numbers that nobody has: 555-0100 to 555-0199 are kept for stories."""
LIVES = {"in order": NORMAL_LIFE, "mixed up": MIXED_UP_LIFE, "none": ()}
"""What the city is told about its texts, by the name the page has for it."""
MOST_SHOWN = 200
_CHOICE = re.compile(r"(\d{1,2}) (\S.*)")
_CARRIER_SAYS = {
    "stop": "You will get no more texts from this number. Text START to change that.",
    "start": "You get texts from this number again.",
    "help": "This is the carrier's own help. Text STOP for no more texts.",
}

Side = Literal["resident", "city", "carrier"]


@dataclass
class Entry:
    """One text in a thread. `sent` is the city's message, whose story goes on; `note` is what became of the others."""

    side: Side
    text: str
    note: str = ""
    picture: bool = False
    sent: Sent | None = None

    @property
    def size(self) -> Segments:
        """What the text costs."""
        return measure(self.text)

    @property
    def told(self) -> Sequence[str]:
        """The statuses that the city was told about its text."""
        return self.sent.told if self.sent else ()


@dataclass
class Desk:
    """Everything the page shows. `version` grows with every change; `trouble` waits for the city's next text."""

    twilio: SimulatedTwilio
    optout: OptOut
    city: str
    picture_url: str = ""
    carrier_answers: bool = True
    version: int = 1
    threads: Mapping[str, list[Entry]] = field(default_factory=lambda: {number: [] for number in PHONES})
    _last: dict[str, dict[str, str]] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.twilio.on_sent = lambda sent: self._add(sent.to, Entry("city", sent.body, sent=sent))
        self.twilio.on_told = lambda _: self._changed()
        self.twilio.on_refused = self._refused

    async def text(self, number: str, body: str, *, picture: bool = False) -> Entry:
        """A phone texts the city."""
        form = {"body": body, "MessageSid": f"SM{uuid4().hex}"}
        if picture:
            form |= {"NumMedia": "1", "MediaUrl0": self.picture_url, "MediaContentType0": "image/png"}
        self._last[number] = form
        entry = Entry("resident", body, picture=picture)
        self._add(number, entry)
        self._carrier(number, body)
        entry.note = await self._deliver(number, form)
        self._changed()
        return entry

    async def again(self, number: str) -> str:
        """The carrier delivers a phone's last text once more, as it does when it missed the answer; what came of it."""
        form = self._last.get(number)
        if form is None:
            return "There is no text to deliver again."
        note = await self._deliver(number, form)
        self._add(number, Entry("carrier", f"The last text was delivered once more: {note}."))
        return note

    def misbehave(self, trouble: str, life: str) -> None:
        """What the city's next text meets ("" for nothing), and how it is told about its texts from now on."""
        self.twilio.troubles.clear()
        if trouble:
            self.twilio.troubles.append(trouble)
        self.twilio.life = LIVES[life]
        self._changed()

    @property
    def trouble(self) -> str:
        """What the city's next text meets."""
        return self.twilio.troubles[0] if self.twilio.troubles else ""

    @property
    def life(self) -> str:
        """How the city is told about its texts."""
        return next(name for name, life in LIVES.items() if life == self.twilio.life)

    def choices(self, number: str) -> list[tuple[str, str]]:
        """(number, words) of what the city's last text offers; [] once the phone has written again."""
        last = self.threads[number][-1:]
        if not last or last[0].side != "city":
            return []
        lines = [found.groups() for line in last[0].text.splitlines() if (found := _CHOICE.fullmatch(line))]
        return [(place, words) for at, (place, words) in enumerate(lines, start=1) if place == str(at)]

    async def change(self, after: int, seconds: float) -> None:
        """Wait until the version is another than `after`, or the time is up."""
        if after == self.version:
            try:
                await asyncio.wait_for(self._news.wait(), seconds)
            except TimeoutError:
                return

    async def answer(self, number: str, seconds: float) -> None:
        """Wait until the last text of a thread is the city's or the carrier's, or the time is up."""
        try:
            async with asyncio.timeout(seconds):
                while self.threads[number] and self.threads[number][-1].side == "resident":
                    await self.change(self.version, seconds)
        except TimeoutError:
            return

    async def _deliver(self, number: str, form: dict[str, str]) -> str:
        try:
            status = await self.twilio.text(number, self.city, **form)
        except (aiohttp.ClientError, OSError, TimeoutError):
            return "the assistant does not answer"
        return "taken by the assistant" if status == 200 else f"refused by the assistant ({status})"

    def _carrier(self, number: str, body: str) -> None:
        """Twilio acts on some keywords itself, and says so."""
        wish = self.optout.wish(body)
        if not self.carrier_answers or not self.optout.is_provider_s(body) or wish not in _CARRIER_SAYS:
            return
        if wish == "start" and number not in self.twilio.stopped:
            return
        if wish == "stop":
            self.twilio.stopped.add(number)
        elif wish == "start":
            self.twilio.stopped.discard(number)
        self._add(number, Entry("carrier", _CARRIER_SAYS[wish]))

    def _refused(self, number: str, trouble: str) -> None:
        what = f"{trouble}, {ERRORS[trouble][2]}" if trouble in ERRORS else "the line went dead"
        self._add(number, Entry("carrier", f"A text of the city was not taken: {what}."))

    def _add(self, number: str, entry: Entry) -> None:
        if number in self.threads:
            self.threads[number].append(entry)
            del self.threads[number][:-MOST_SHOWN]
            self._changed()

    def _changed(self) -> None:
        self.version += 1
        self._news.set()
        self._news = asyncio.Event()
