"""Names that nothing answers to: topics, answers, actions, blanks, forms and labels."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from studio.content.checks.found import found
from studio.content.finding import Finding, Place
from studio.content.keys import closest, section
from studio.content.project import Named, Project, Step
from studio.content.source import Node

KINDS = {
    "topic": ("unknown-topic", "There is no topic “{}”.", "Correct the name, or add the topic with its examples."),
    "answer": ("unknown-answer", "There is no answer “{}”.", "Correct the name, or write the answer."),
    "action": ("unknown-action", "There is no action “{}”.", "Correct the name, or list it under “actions”."),
    "slot": ("unknown-slot", "There is no blank “{}”.", "Correct the name, or add it under “slots”."),
    "form": ("unknown-form", "There is no form “{}”.", "Correct the name, or add the form."),
    "label": ("unknown-label", "There is no label “{}”.", "Correct the name, or list it under “entities”."),
}


@dataclass(frozen=True)
class Use:
    """A name where it is used, and what it must be the name of."""

    kind: str
    name: str
    place: Place


def check(project: Project) -> Iterator[Finding]:
    """One finding for each unknown name, at its first use or where its declaration is misspelt."""
    known, declared = _known(project), _declared(project)
    everything = list(uses(project))
    wrong: dict[tuple[str, str], list[Use]] = defaultdict(list)
    used = {(use.kind, use.name) for use in everything}
    for use in everything:
        if use.name and use.name not in known[use.kind]:
            wrong[use.kind, use.name].append(use)
    told: set[str] = set()
    for (kind, name), places in wrong.items():
        if name in told:
            continue
        told.add(name)
        code, what, remedy = KINDS[kind]
        unused = [each for each in declared[kind] if (kind, each.name) not in used]
        twin = closest(name, {each.name for each in unused})
        if twin and (len({use.place for use in places}) > 1):
            at = next(each.place for each in unused if each.name == twin)
            yield found(code, at, f"“{twin}” is used nowhere, but “{name}” is, in {places[0].place}.", name)
            continue
        more = f" It is also used in {places[1].place}." if len({use.place for use in places}) > 1 else ""
        hint = closest(name, known[kind] | (known["answer"] if kind == "action" else set()))
        yield found(code, places[0].place, f"{what.format(name)} {'' if hint else remedy}{more}".strip(), hint)


def _known(project: Project) -> dict[str, set[str]]:
    return {
        "topic": project.topic_names,
        "answer": project.action_names,
        "action": project.action_names,
        "slot": project.slot_names,
        "form": project.form_names | {each.name for each in project.actions} | {"action_two_stage_fallback"},
        "label": project.label_names,
    }


def _declared(project: Project) -> dict[str, list[Named]]:
    answers = [Named(each.name, each.place, each.node) for each in project.answers]
    forms = [Named(each.name, each.place, each.node) for each in project.forms]
    slots = [Named(each.name, each.place, each.node) for each in project.slots]
    topics = [Named(each.name, each.place, each.node) for each in project.questions]
    return {
        "topic": [*project.intents, *topics],
        "answer": answers,
        "action": [*project.actions, *forms],
        "slot": slots,
        "form": forms,
        "label": project.labels,
    }


def uses(project: Project) -> Iterator[Use]:
    """Every name that must be the name of something."""
    for track in project.paths:
        for step in (*track.conditions, *track.steps):
            yield from _of_step(step)
    for form in project.forms:
        yield from (Use("slot", asked.name, asked.place) for asked in form.asks)
    for slot in project.slots:
        yield from _of_mappings(slot.node)
    for answer in project.answers:
        for variation in answer.variations:
            condition = variation.node.get("condition")
            for each in condition.items if condition else ():
                name, kind = each.get("name"), each.get("type")
                if name is not None and kind is not None and kind.text == "slot":
                    yield Use("slot", name.text, name.place)
    for named in project.intents:
        for settings in (value for _, value in named.node.pairs):
            for key in ("use_entities", "ignore_entities"):
                yield from _names("label", (settings.get(key) or settings).items)
    yield from _of_examples(project)
    for conversation in project.conversations:
        for _, expected in conversation.steps:
            yield from (Use("answer", each.name, each.place) for each in expected if each.name.startswith("utter_"))


def _of_examples(project: Project) -> Iterator[Use]:
    for question in project.questions:
        for example in question.examples:
            yield from (Use("label", label.name, label.place) for label in example.labels)


def _of_step(step: Step) -> Iterator[Use]:
    yield from _of_node(step.node)


def _of_node(node: Node) -> Iterator[Use]:
    parts = section(node, "step")
    if (intent := parts.get("intent")) is not None:
        yield Use("topic", intent.text.strip().removeprefix("/"), intent.place)
    if (action := parts.get("action")) is not None:
        yield Use("answer" if action.text.startswith("utter_") else "action", action.text, action.place)
    if (form := parts.get("active_loop")) is not None:
        yield Use("form", form.text, form.place)
    yield from _names("slot", parts["slot_was_set"].items if "slot_was_set" in parts else ())
    for item in parts["entities"].items if "entities" in parts else ():
        first = next((key for key, _ in item.pairs if key.text not in ("role", "group")), item)
        yield Use("label", first.text, first.place)
    for each in parts["or"].items if "or" in parts else ():
        yield from _of_node(each)


def _names(kind: str, items: Iterable[Node]) -> Iterator[Use]:
    for item in items:
        for node in [key for key, _ in item.pairs] or [item]:
            yield Use(kind, node.text, node.place)


def _of_mappings(slot: Node) -> Iterator[Use]:
    mappings = slot.get("mappings")
    for mapping in mappings.items if mappings else ():
        for key, kind in (("entity", "label"), ("intent", "topic"), ("not_intent", "topic")):
            named = mapping.get(key)
            for each in (named.items or [named]) if named else ():
                yield Use(kind, each.text, each.place)
        conditions = mapping.get("conditions")
        for condition in conditions.items if conditions else ():
            for key, kind in (("active_loop", "form"), ("requested_slot", "slot")):
                if (node := condition.get(key)) is not None and node.text:
                    yield Use(kind, node.text, node.place)
