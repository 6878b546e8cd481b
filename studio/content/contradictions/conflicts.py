"""Paths that go on differently after the same last steps."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from studio.content.contradictions.checking import Told
from studio.content.contradictions.dialogue import LISTEN, Conversation, Did, Domain
from studio.content.contradictions.states import State, followed


@dataclass(frozen=True)
class Conflict:
    """After the same steps, these paths say different things come next."""

    told: tuple[Told, ...]  # of at least two actions
    after: str  # the action or question that they all follow


def conflicts(conversations: Iterable[Conversation], domain: Domain, history: int | None) -> Iterator[Conflict]:
    """One conflict for each situation, looking back over `history` states (None: all)."""
    found: dict[str, list[Told]] = defaultdict(list)
    last: dict[str, State] = {}
    for each in conversations:
        if each.is_rule:
            continue
        states = followed(domain, each.events)
        actions = [event for event in each.events if isinstance(event, Did)]
        for position, action in enumerate(actions, 1):
            seen = states[:position][-history if history else 0 :]
            key = json.dumps(seen, sort_keys=True)
            found[key].append(Told(each.name, action.label, action.at or each.at, is_rule=False))
            last[key] = seen[-1]
    for key, told in found.items():
        after = _before(last[key])
        if after and len({one.action for one in told}) > 1:
            yield Conflict(tuple(dict.fromkeys(told)), after)


def _before(state: State) -> str | None:
    """What happened right before, waiting aside."""
    did, user = state.get("prev_action", {}), state.get("user", {})
    if did.get("action_name", LISTEN) != LISTEN:
        return str(did["action_name"])
    words = did.get("action_text") or user.get("intent") or user.get("text")
    return str(words) if words else None
