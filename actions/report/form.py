"""The form `report_form`: one message in, the next question out, everything known kept in the slot `report`."""

import time
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from rasa_sdk import Tracker
from rasa_sdk.events import ActionExecutionRejected, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.agencies.open311 import AgencyDown, AgencyError, Attribute
from actions.base import Event, ServiceAction, Turn, agency, city, opened_now
from actions.report.asking import Context, Said, ask
from actions.report.attributes import Locale
from actions.report.draft import PROBLEM, REVIEW, Draft
from actions.report.places import Places
from actions.report.problem import Outcome, prefilled, read_problem
from actions.report.reading import read
from actions.report.sending import Kept, send, wait

FORM = "report_form"
OPEN = SlotSet("requested_slot", "report")
DONE = SlotSet("requested_slot", None)


class ValidateReportForm(ServiceAction):
    """Reads the message, asks the open question, sends the report when the person says so."""

    def name(self) -> str:
        return f"validate_{FORM}"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        draft = Draft.from_slot(tracker.get_slot("report"))
        try:
            context = await _context(turn, draft)
        except AgencyError:
            say_all(say, [Said("utter_report_unavailable")])
            return [SlotSet("report", None), DONE]
        if draft.handled == turn.message_id:  # back from an aside
            say_all(say, [ask(draft, context)])
            return [SlotSet("report", draft.to_slot()), OPEN]
        if not opened_now(tracker, FORM):
            outcome = read(draft, context)
        elif draft.handled:  # left for another form before
            outcome = Outcome(draft, (Said("utter_report_resumed"),))
        else:
            outcome = _start(turn, context)
        outcome, context = await _with_type(outcome, context)
        if outcome.then == "send":
            return await _send(outcome.draft, context, say, tracker)
        return _go_on(outcome, context, say)

    def after_failure(self, tracker: Tracker) -> list[Event]:
        return [SlotSet("report", tracker.get_slot("report")), OPEN]


def say_all(say: CollectingDispatcher, what: Iterable[Said]) -> None:
    """Say the answers one after the other."""
    for said in what:
        say.utter_message(response=said.answer, buttons=list(said.buttons), **said.blanks)


def _start(turn: Turn, context: Context) -> Outcome:
    """The first message: it may already hold the type, the place and more."""
    draft = Draft(
        words=turn.text, started=time.time(), place=context.places.find(turn.text) or next(iter(turn.places), "")
    )
    return read_problem(draft, context) or Outcome(draft)


async def _with_type(outcome: Outcome, context: Context) -> tuple[Outcome, Context]:
    """Once the type is known: fetch its questions, and answer those that the first words answer."""
    draft = outcome.draft
    if not (draft.service and draft.step == PROBLEM):
        return outcome, context
    try:
        context = replace(context, questions=await _questions(draft.service, context.turn.language))
    except AgencyError:
        return Outcome(draft, (Said("utter_report_unavailable"),), "leave"), context
    return replace(outcome, draft=prefilled(draft, context).answered(context.questions)), context


def _go_on(outcome: Outcome, context: Context, say: CollectingDispatcher) -> list[Event]:
    draft = replace(outcome.draft, handled=context.turn.message_id)
    say_all(say, outcome.says)
    if outcome.then == "leave":
        return [SlotSet("report", None), DONE]
    if outcome.then == "aside":
        return [SlotSet("report", draft.to_slot()), ActionExecutionRejected(FORM)]
    say_all(say, [ask(draft, context)])
    return [SlotSet("report", draft.to_slot()), OPEN]


async def _send(draft: Draft, context: Context, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
    turn, service = context.turn, context.service(draft.service)
    fields = {
        "service_code": draft.service,
        "attributes": draft.answers,
        "address": draft.place,
        "description": draft.description or "",
        "locale": turn.language,
    }
    kept = Kept(turn.message_id, fields, service.name if service else draft.service, draft.started)
    sending = await send(kept, turn.attempt, first=True)
    say_all(say, sending.says)
    if sending.refused:
        again = replace(draft, step=REVIEW, handled=turn.message_id)
        say_all(say, [ask(again, context)])
        return [SlotSet("report", again.to_slot()), OPEN]
    events = [SlotSet("report", None), DONE]
    if sending.kept:
        waiting = [*(tracker.get_slot("kept_reports") or []), sending.kept.to_slot()]
        events.append(SlotSet("kept_reports", waiting))
        say.utter_message(
            json_message={"follow_up": {"action": "action_send_kept_reports", "after": wait([sending.kept])}}
        )
    if sending.request:
        events.append(SlotSet("my_requests", [*(tracker.get_slot("my_requests") or []), sending.request]))
    return events


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
