"""What the form says for the question that is open: the answer's name, its blanks and its buttons."""

from dataclasses import dataclass
from functools import cached_property

from actions.agencies.open311 import Attribute, Service
from actions.base import Button, Turn, choose
from actions.forms.draft import Said
from actions.forms.values import Locale
from actions.report.attributes import shown
from actions.report.draft import ATTRIBUTE, DESCRIPTION, PLACE, PROBLEM, Draft
from actions.report.places import Places
from actions.words import button, word

MOST_BUTTONS = 12
GROUP = "group:"


@dataclass(frozen=True)
class Context:
    """What a turn of the form can look things up in; `questions` belong to the draft's service."""

    turn: Turn
    services: tuple[Service, ...]
    places: Places
    locale: Locale
    questions: tuple[Attribute, ...] = ()

    def service(self, code: str) -> Service | None:
        """The service with that code, if the agency still offers it."""
        return self._by_code.get(code)

    def question(self, step: str) -> Attribute | None:
        """The attribute that a step asks for."""
        return next((q for q in self.questions if ATTRIBUTE + q.code == step), None)

    def without_place(self, text: str) -> str:
        """The words that are left when the address or street is taken out."""
        return text.replace(self.places.find(text) or self.places.street(text) or "\n", " ")

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of services, in the agency's order."""
        return tuple(dict.fromkeys(service.group for service in self.services if service.group))

    @cached_property
    def _by_code(self) -> dict[str, Service]:
        return {service.code: service for service in self.services}


def ask(draft: Draft, context: Context) -> Said:
    """The open question."""
    match draft.step:
        case "problem":
            return _ask_problem(draft, context)
        case "place":
            return (
                Said("utter_report_place_exact", blanks={"street": draft.street})
                if draft.street
                else Said("utter_report_ask_place")
            )
        case "description":
            return Said("utter_report_ask_description", (_word("skip", context),))
        case "review":
            buttons = tuple(_word(choice, context) for choice in ("send", "change", "leave"))
            return Said("utter_report_review", buttons, {"items": _summary(draft, context)})
        case "change":
            return Said("utter_report_ask_change", _items(draft, context))
    return _ask_attribute(draft, context)


def offered_titles(draft: Draft, context: Context) -> list[tuple[str, str]]:
    """(choice, title) of what the problem question offers just now."""
    offers = []
    for offer in draft.offers:
        service = context.service(offer.removeprefix("type:"))
        if offer.startswith(GROUP):
            offers.append((offer, offer.removeprefix(GROUP)))
        elif service:
            offers.append((offer, service.name))
    return offers


def items(draft: Draft, context: Context) -> list[tuple[str, str]]:
    """(choice, title) of everything a person can correct, and of the optional questions they can add."""
    asked = [(f"item:{ATTRIBUTE}{q.code}", q.description) for q in context.questions if q.variable]
    language = context.turn.language
    fixed = {step: (f"item:{step}", word("report", f"item:{step}", language)) for step in (PROBLEM, PLACE, DESCRIPTION)}
    return [fixed[PROBLEM], *asked, fixed[PLACE], fixed[DESCRIPTION]]


def free_text(draft: Draft, context: Context) -> bool:
    """Whether any statement answers the open question."""
    question = context.question(draft.step)
    if question:
        return question.datatype in ("string", "text")
    return draft.step in (PLACE, DESCRIPTION) or (draft.step == PROBLEM and not draft.offers)


def _items(draft: Draft, context: Context) -> tuple[Button, ...]:
    return (*(choose(title, item) for item, title in items(draft, context)), _word("leave", context))


def _ask_problem(draft: Draft, context: Context) -> Said:
    offers = offered_titles(draft, context)
    if not offers:
        return Said("utter_report_ask_problem")
    buttons = tuple(choose(title, choice) for choice, title in offers)
    other = _word("something_else", context)
    if offers[0][0].startswith(GROUP):
        return Said("utter_report_choose_group", buttons)
    if len(offers) == 1:
        yes = _for_choice(_word("yes", context), offers[0][0])
        return Said("utter_report_confirm_problem", (yes, other), {"service": offers[0][1]})
    return Said("utter_report_choose_problem", (*buttons[:MOST_BUTTONS], other))


def _ask_attribute(draft: Draft, context: Context) -> Said:
    question = context.question(draft.step)
    if question is None:
        return Said("utter_report_ask_place")
    buttons = tuple(choose(name, f"value:{key}") for key, name in question.values[:MOST_BUTTONS])
    if not question.required:
        buttons = (*buttons, _word("skip", context))
    hint = question.datatype_description
    text = question.description if not hint or question.values else f"{question.description} ({hint})"
    answer = "utter_report_ask_several" if question.datatype == "multivaluelist" else "utter_report_ask_attribute"
    return Said(answer, buttons, {"question": text or question.code})


def _summary(draft: Draft, context: Context) -> str:
    service = context.service(draft.service)
    language = context.turn.language
    lines = [(word("report", "item:problem", language), service.name if service else draft.service)]
    for question in context.questions:
        if question.code in draft.answers:
            lines.append((question.description, shown(question, draft.answers[question.code], context.locale)))
    lines.append((word("report", "item:place", language), draft.place))
    lines.append((word("report", "item:description", language), draft.description or word("report", "none", language)))
    return "\n".join(f"• {label} {value}" if label.endswith("?") else f"• {label}: {value}" for label, value in lines)


def _word(choice: str, context: Context) -> Button:
    return button("report", choice, context.turn.language)


def _for_choice(pressed: Button, choice: str) -> Button:
    """The same words for another choice."""
    return choose(pressed["title"], choice)
