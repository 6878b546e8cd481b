"""Which blanks are surely filled at the moment when an answer is given."""

from collections.abc import Iterator

from studio.content.project import Project, Step
from studio.content.source import Node


def surely_filled(project: Project) -> dict[str, set[str]]:
    """For each answer that a rule, a path or a question leads to: the blanks that are filled in every case."""
    forms = {form.name: [asked.name for asked in form.asks] for form in project.forms}
    mapped = _by_mapping(project)
    filled: dict[str, set[str]] = {}
    for track in project.paths:
        if track.is_test:
            continue
        known: set[str] = set()
        asking = False
        anything = any(step.kind == "checkpoint" for step in track.steps)
        for step in (*track.conditions, *track.steps):
            known |= set(_remembered(step)) | {slot for label in _labels(step) for slot in mapped.get(label, ())}
            known |= mapped.get(f"/{step.name}", set()) if step.kind in ("intent", "user") else set()
            named = step.node.get("active_loop") or step.node.get("action")
            if named is not None and named.text in forms:
                known |= set(forms[named.text])
            asking = asking or (step.kind == "action" and not step.name.startswith("utter_"))
            if step.kind == "action" and step.name.startswith("utter_") and not anything and not asking:
                filled[step.name] = filled.get(step.name, known) & known
            elif step.kind == "action" and step.name.startswith("utter_"):  # an action may have filled anything
                filled[step.name] = filled.get(step.name, {slot.name for slot in project.slots}) & (
                    {slot.name for slot in project.slots}
                )
    for name in {f"utter_{each.name}" for each in project.questions if "/" in each.name}:
        filled[name] = set()
    _while_asking(project, filled)
    return filled


def _while_asking(project: Project, filled: dict[str, set[str]]) -> None:
    for form in project.forms:
        known: set[str] = set()
        for asked in form.asks:
            for name in (f"utter_ask_{asked.name}", f"utter_ask_{form.name}_{asked.name}"):
                filled.setdefault(name, set(known))
            known.add(asked.name)


def _remembered(step: Step) -> Iterator[str]:
    remembered = step.node.get("slot_was_set")
    for item in remembered.items if remembered else ():
        if not item.pairs:
            yield item.text
        yield from (key.text for key, value in item.pairs if value.kind != "scalar" or value.value is not None)


def _labels(step: Step) -> Iterator[str]:
    entities = step.node.get("entities")
    for item in entities.items if entities else ():
        yield from [key.text for key, _ in item.pairs if key.text not in ("role", "group")] or [item.text]


def _by_mapping(project: Project) -> dict[str, set[str]]:
    """Blanks that a label fills, and (as /topic) those that a topic fills."""
    filled: dict[str, set[str]] = {}
    for slot in project.slots:
        mappings: Node | None = slot.node.get("mappings")
        for mapping in mappings.items if mappings else ():
            kind, entity, intent = mapping.get("type"), mapping.get("entity"), mapping.get("intent")
            if entity is not None:
                filled.setdefault(entity.text, set()).add(slot.name)
            if intent is not None and kind is not None and kind.text in ("from_intent", "from_text"):
                filled.setdefault(f"/{intent.text}", set()).add(slot.name)
        filled.setdefault(slot.name, set())
    return filled
