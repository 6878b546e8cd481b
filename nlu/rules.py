"""Rasa's rule policy with an index: it reads every rule for each decision, and all of them once more for texts."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Set, Tuple

from rasa.core.policies.rule_policy import (
    RULES,
    RULES_FOR_LOOP_UNHAPPY_PATH,
    SHOULD_NOT_BE_SET,
    RulePolicy,
)
from rasa.shared.core.constants import ACTION_LISTEN_NAME, PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker

Needs = Tuple[Optional[str], Optional[str]]  # the action before and the intent that a rule's last state asks for


class _Index:
    """The rules of one lookup by what their last state asks for; None: anything will do."""

    def __init__(self, lookup: Dict[str, str], states_of: Any) -> None:
        self.lookup = lookup  # held, so that its identity stays its own
        self.rules = len(lookup)
        self.by_needs: Dict[Needs, Set[str]] = {}
        self.without_intent = False  # a rule that asks for no intent after a message could fit its text
        for key in lookup:
            states = states_of(key)
            needs = _needs(states[-1]) if states else (None, None)
            self.by_needs.setdefault(needs, set()).add(key)
            self.without_intent |= needs[1] is None and needs[0] in (None, ACTION_LISTEN_NAME)

    def candidates(self, state: State) -> Dict[str, None]:
        """The rules that the latest state may fit, in a fixed order."""
        action, intent = _value(state, PREVIOUS_ACTION, "action_name"), _value(state, USER, "intent")
        found: Set[str] = set()
        for needs in {(action, intent), (action, None), (None, intent), (None, None)}:
            found |= self.by_needs.get(needs, set())
        return dict.fromkeys(sorted(found))


def _needs(state: State) -> Needs:
    if not state.get(PREVIOUS_ACTION):
        return None, None  # the beginning of a conversation: Rasa lets it fit whatever else it asks for
    return _value(state, PREVIOUS_ACTION, "action_name"), _value(state, USER, "intent")


def _value(state: State, part: str, name: str) -> Optional[str]:
    value = (state.get(part) or {}).get(name)
    return value if isinstance(value, str) and value != SHOULD_NOT_BE_SET else None


class IndexedRulePolicy(RulePolicy):
    """The same decisions as RulePolicy, for a thousand rules as quickly as for ten.

    config.yml and the model name Rasa's own policy; a loaded one becomes ours when it begins to serve.
    """

    @classmethod
    def take_over(cls, component: Any) -> None:
        """Turns a loaded RulePolicy into one of these; leaves everything else alone."""
        if type(component) is RulePolicy:
            component.__class__ = cls

    def _index(self, lookup: Dict[str, str]) -> _Index:
        kept: Dict[int, _Index] = self.__dict__.setdefault("_indexes", {})
        index = kept.get(id(lookup))
        if index is None or index.rules != len(lookup):  # a lookup grows while it is learned
            index = kept[id(lookup)] = _Index(lookup, self._rule_key_to_state)
        return index

    def _get_possible_keys(self, lookup: Dict[str, str], states: List[State]) -> Set[str]:
        if not states:
            return super()._get_possible_keys(lookup, states)
        return super()._get_possible_keys(self._index(lookup).candidates(states[-1]), states)  # type: ignore[arg-type]

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> Tuple[Optional[str], Optional[str], bool]:
        if use_text_for_last_user_input and tracker.active_loop_name is None and not self._has_rules_for_texts():
            return None, None, False
        return super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)

    def _has_rules_for_texts(self) -> bool:
        lookups = (self.lookup[RULES], self.lookup.get(RULES_FOR_LOOP_UNHAPPY_PATH, {}))
        return any(self._index(lookup).without_intent for lookup in lookups)

    @staticmethod
    def format_tracker_states(states: List[State]) -> str:
        """Nothing: Rasa writes all states out for a line of debugging, on every decision."""
        return ""
