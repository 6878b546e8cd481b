"""The form `report_form`: the type of problem, what that type needs, the place, details; reviewed and sent once."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from rasa_sdk.events import SlotSet

from actions.agencies.open311 import AgencyDown
from actions.base import Turn, agency, city
from actions.forms.draft import REVIEW, Outcome
from actions.forms.field import Field, story
from actions.forms.form import Form
from actions.forms.keeping import follow_up
from actions.forms.message import told
from actions.forms.values import Locale
from actions.report.attributes import field_of
from actions.report.context import Context
from actions.report.draft import DESCRIPTION, PLACE, PROBLEM, Draft
from actions.report.matching import says_enough
from actions.report.places import Places
from actions.report.problem import overview, problem_field, propose
from actions.report.sending import Kept, send
from actions.report.whereabouts import place_field
from actions.words import word


class ReportForm(Form[Draft]):
    """Takes a report; each type of problem brings questions of its own."""

    topic = "report"
    drafts = Draft
    intents = frozenset({"report_problem"})

    async def fields(self, draft: Draft, turn: Turn) -> Sequence[Field]:
        """The problem, its own questions, the place, the details."""
        context = await _context(turn, draft)
        questions = tuple(field_of(question, context.locale) for question in context.questions)
        problem = replace(problem_field(draft, context), clears=tuple(item.name for item in questions))
        details = story(
            DESCRIPTION,
            required=False,
            label=word("report", "item:description", turn.language),
            called="description|details?|descripci[oó]n|detalles?",
            unclear="utter_report_unclear_description",
        )
        return (problem, *questions, place_field(draft, context), details)

    async def begin(self, draft: Draft, turn: Turn) -> Outcome[Draft]:
        """The first message: it may already hold the type, the place and more."""
        context = await _context(turn, draft)
        draft = replace(draft, started=turn.at)
        named = (place for place in turn.places if not context.places.street(place))
        place = context.places.find(turn.text) or next(named, "")
        draft = draft.with_value(PLACE, place) if place else draft
        return Outcome(propose(draft, turn.text, context) or draft)

    async def settle(self, outcome: Outcome[Draft], before: Draft, turn: Turn) -> Outcome[Draft]:
        """Once the type is known, what was said before may answer its questions; if it stays unknown, show all."""
        draft = outcome.draft
        if draft.step == PROBLEM and draft.misses >= 2 and not draft.offers:
            return replace(outcome, draft=replace(draft, offers=overview(await _context(turn, draft))))
        if not draft.service or draft.service == before.service:
            return outcome
        context = await _context(turn, draft)
        if before.service and draft.values.get(DESCRIPTION) == draft.words:
            draft = draft.without(DESCRIPTION)  # the words told of the other problem
        elif DESCRIPTION not in draft.values and says_enough(context.without_place(draft.words), context.services):
            draft = draft.with_value(DESCRIPTION, draft.words)
        draft = told(draft, await self.fields(draft, turn), draft.words)
        street = "" if PLACE in draft.values else draft.street or context.places.street(draft.words)
        return replace(
            outcome, draft=replace(draft, street=street, step="" if draft.step in draft.values else draft.step)
        )

    async def title(self, draft: Draft, turn: Turn) -> str:
        """The type of problem and the place, as far as known, else the first words."""
        service = (await _context(turn, draft)).service(draft.service)
        known = [service.name if service else "", draft.values.get(PLACE) or draft.street]
        return ", ".join(filter(None, known)) or draft.words

    async def send(self, draft: Draft, turn: Turn) -> Outcome[Draft]:
        """Send the report once; keep it where the agency does not answer."""
        services = {service.code: service.name for service in await agency().services(turn.language)}
        fields = {
            "service_code": draft.service,
            "attributes": draft.answers,
            "address": draft.values.get(PLACE, ""),
            "description": "\n".join((draft.values.get(DESCRIPTION) or "", *turn.pictures[1:])).strip(),
            "media_url": turn.pictures[0] if turn.pictures else None,  # the standard has room for one
            "locale": turn.language,
        }
        kept = Kept(turn.message_id, fields, services.get(draft.service, draft.service), draft.started)
        sending = await send(kept, turn.attempt, first=True)
        if sending.refused:
            return Outcome(replace(draft, step=REVIEW), sending.says)
        events, effects = [], [{"pictures": "sent"}] if turn.pictures else []
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
    questions = await agency().definition(draft.service, turn.language) if draft.service else ()
    asked = tuple(question for question in questions if question.variable)
    return Context(services, _places(), Locale(turn.language, city().time_zone), asked)


@cache
def _places() -> Places:
    return Places(street.name for street in city().streets)
