"""The names that each part of a file may have, and the one that was meant where a name is misspelt."""

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from studio.content.source import Node

KNOWN: dict[str, tuple[str, ...]] = {
    kind: tuple(names.split())
    for kind, names in {
        "file": "version nlu stories rules responses forms slots intents entities actions e2e_actions session_config "
        "config imports",
        "topic": "intent examples metadata synonym regex lookup",
        "story": "story steps metadata",
        "rule": "rule steps condition conversation_start wait_for_user_input metadata",
        "step": "intent user entities action bot slot_was_set active_loop checkpoint or metadata",
        "variation": "text buttons image custom channel condition metadata attachment quick_replies elements id "
        "template button_type",
        "button": "title payload type url metadata content_type image_url",
        "conversation": "name language channel must steps",
        "turn": "user press answer bot says not_says buttons max_segments",
        "form": "required_slots ignored_intents",
        "slot": "type initial_value auto_fill influence_conversation mappings values min_value max_value "
        "value_reset_delay",
    }.items()
}
_ALIKE = 75


@dataclass(frozen=True)
class Stray:
    """A name that does not belong where it stands; `meant` is the likely one."""

    kind: str
    node: Node
    meant: str | None


def section(node: Node, kind: str) -> dict[str, Node]:
    """What stands behind each name; a misspelt name counts as the one that was meant."""
    found = {key.text: value for key, value in node.pairs if key.text in KNOWN[kind]}
    for stray in strays(node, kind):
        if stray.meant:
            value = next(value for key, value in node.pairs if key is stray.node)
            found.setdefault(stray.meant, value)
    return found


def strays(node: Node, kind: str) -> Iterator[Stray]:
    """The names that are none of this part's."""
    present = {key.text for key, _ in node.pairs}
    for key, _ in node.pairs:
        if key.text not in KNOWN[kind]:
            missing = [name for name in KNOWN[kind] if name not in present]
            yield Stray(kind, key, closest(key.text, missing))


def _bare(name: str) -> str:
    return name.removeprefix("utter_").removeprefix("action_").removeprefix("faq/")


def closest(name: str, among: "list[str] | set[str] | tuple[str, ...]") -> str | None:
    """The name that somebody most likely meant."""
    found = process.extractOne(name, sorted(among), scorer=fuzz.ratio, processor=_bare, score_cutoff=_ALIKE)
    return str(found[0]) if found else None
