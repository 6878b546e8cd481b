"""The form `report_form`: one message in, the next question out, everything known kept in the slot `report`."""

from dataclasses import replace
from functools import cache

from rasa_sdk.events import SlotSet

from actions.agencies.open311 import AgencyDown, Attribute
from actions.base import Turn, agency, city
from actions.forms.draft import REVIEW, Outcome, Said
from actions.forms.form import Form
from actions.forms.keeping import follow_up
from actions.forms.values import Locale
from actions.report.asking import Context, ask
from actions.report.draft import PROBLEM, Draft
from actions.report.places import Places
from actions.report.problem import prefilled, read_problem
from actions.report.reading import read
from actions.report.sending import Kept, send


class ReportForm(Form[Draft]):
    """Reads the message, asks the open question, sends the report when the person says so."""

    topic = "report"
    drafts = Draft

    async def begin(self, draft: Draft, turn: Turn) -> Outcome[Draft]:
        """The first message: it may already hold the type, the place and more."""
        context = await _context(turn, draft)
        place = context.places.find(turn.text) or next(iter(turn.places), "")
        draft = replace(draft, words=turn.text, started=turn.at, place=place)
        return read_problem(draft, context) or Outcome(draft)

    async def read(self, draft: Draft, turn: Turn) -> Outcome[Draft]:
        """A message while the report is open."""
        return read(draft, await _context(turn, draft))

    async def settle(self, outcome: Outcome[Draft], before: Draft, turn: Turn) -> Outcome[Draft]:
        """Once the type is known: fetch its questions, and answer those that the first words answer."""
        draft = outcome.draft
        if not (draft.service and draft.step == PROBLEM):
            return outcome
        context = await _context(turn, draft)
        return replace(outcome, draft=prefilled(draft, context).answer(context.questions))

    async def title(self, draft: Draft, turn: Turn) -> str:
        """The type of problem and the place, as far as known."""
        service = (await _context(turn, draft)).service(draft.service)
        return ", ".join(filter(None, [service.name if service else "", draft.place])) or draft.words

    async def ask(self, draft: Draft, turn: Turn) -> Said:
        """The open question."""
        return ask(draft, await _context(turn, draft))

    async def send(self, draft: Draft, turn: Turn) -> Outcome[Draft]:
        """Send the report once; keep it where the agency does not answer."""
        services = {service.code: service.name for service in await agency().services(turn.language)}
        fields = {
            "service_code": draft.service,
            "attributes": draft.answers,
            "address": draft.place,
            "description": draft.description or "",
            "locale": turn.language,
        }
        kept = Kept(turn.message_id, fields, services.get(draft.service, draft.service), draft.started)
        sending = await send(kept, turn.attempt, first=True)
        if sending.refused:
            return Outcome(replace(draft, step=REVIEW), sending.says)
        events, effects = [], []
        if sending.kept:
            events.append(SlotSet("kept_reports", [*(turn.slots.get("kept_reports") or []), sending.kept.to_slot()]))
            effects.append(follow_up("action_send_kept_reports", [sending.kept.tries]))
        if sending.request:
            events.append(SlotSet("my_requests", [*(turn.slots.get("my_requests") or []), sending.request]))
        return Outcome(draft, sending.says, "leave", tuple(events), tuple(effects))


async def _context(turn: Turn, draft: Draft) -> Context:
    services = await agency().services(turn.language)
    if not services:
        raise AgencyDown("the agency offers no services")
    questions = await _questions(draft.service, turn.language) if draft.service else ()
    return Context(turn, services, _places(), Locale(turn.language, city().time_zone), questions)


async def _questions(code: str, language: str) -> tuple[Attribute, ...]:
    return tuple(question for question in await agency().definition(code, language) if question.variable)


@cache
def _places() -> Places:
    return Places(street for zone in city().zones for street in zone.streets)
