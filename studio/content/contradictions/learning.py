"""What Rasa's rules learn from the written rules, and what they then predict."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from studio.content.contradictions.dialogue import (
    ANYTHING,
    DEFAULT_ACTIONS,
    LISTEN,
    UNSET,
    Conversation,
    Did,
    Domain,
    Policies,
)
from studio.content.contradictions.states import (
    State,
    Tracker,
    applied,
    followed,
    form_of,
    listening,
    without_text,
)

INTERRUPTED, NOT_THE_FORM = "the form was interrupted", "the form may not go on"
BUILT_IN, FORMS = "predicting default action with intent ", "handling active loops and forms - "
_Anchor = tuple[str | None, str | None, str | None, str | None]


def key_of(states: Sequence[State]) -> str | None:
    """The states since the last `...`, as the text that rules are found by."""
    since: list[State] = []
    for state in reversed(states):
        if state.get("prev_action", {}).get("action_name") == ANYTHING:
            break
        since.insert(0, state)
    return json.dumps(since, sort_keys=True) if since else None


def examples(conversations: Iterable[Conversation], domain: Domain) -> Iterator[tuple[list[State], str]]:
    """Each predictable step of the conversations with what was seen before it, once."""
    known: set[str] = set()
    for conversation in conversations:
        steps = applied(conversation.events)
        states = followed(domain, steps if conversation.is_rule else conversation.events, conversation.is_rule)
        actions = [event for event in steps if isinstance(event, Did)]
        for position, action in enumerate(actions, 1):
            if action.first:
                continue
            before = states[:position]
            mark = json.dumps([before, action.label], sort_keys=True)
            if mark not in known:
                known.add(mark)
                yield [without_text(state) for state in before], action.label


class Rules:
    """Keys of states with the one action that follows; those that two actions follow are forgotten."""

    def __init__(self) -> None:
        self.actions: dict[str, str] = {}
        self._states: dict[str, list[State]] = {}  # last state first
        self._by_anchor: dict[_Anchor, set[str]] = defaultdict(set)

    def learn(self, steps: Iterable[tuple[list[State], str]]) -> None:
        """Remember the steps, the first time for all."""
        ambiguous: set[str] = set()
        for states, action in steps:
            key = key_of(states)
            if not key or key in ambiguous:
                continue
            if self.actions.get(key, action) != action:
                ambiguous.add(key)
                del self.actions[key]
            else:
                self.actions[key] = action
        for key in [key for key, action in self.actions.items() if action == ANYTHING]:
            del self.actions[key]
        for key in self.actions:
            self.add_key(key)

    def add_key(self, key: str) -> None:
        """Make a key findable."""
        states = json.loads(key)[::-1]
        self._states[key] = states
        self._by_anchor[_anchor(states[0])].add(key)

    def forget(self, key: str) -> None:
        """Take one out."""
        del self.actions[key]
        self._by_anchor[_anchor(self._states[key][0])].discard(key)

    def fitting(self, states: Sequence[State]) -> list[str]:
        """The keys of all rules that the states, last one latest, agree with."""
        return [key for key in self._near(states[-1]) if _applies(self._states[key], states)]

    def last_state(self, key: str) -> State:
        """What a rule asks of the moment itself."""
        return self._states[key][0]

    def _near(self, state: State) -> Iterator[str]:
        name, text, said, words = _anchor(state)
        for action in {(name, text), (None, None)}:
            for user in {(said, words), (None, None)}:
                yield from self._by_anchor.get((*action, *user), ())


def _anchor(state: State) -> _Anchor:
    did, user = state.get("prev_action", {}), state.get("user", {})
    return did.get("action_name"), did.get("action_text"), user.get("intent"), user.get("text")


def _applies(rule: list[State], states: Sequence[State]) -> bool:
    for wanted, state in zip(rule, reversed(states), strict=False):
        started = bool(state.get("prev_action"))
        if started != bool(wanted.get("prev_action")):
            return False
        if started and not _agrees(wanted, state):
            return False
    return True


def _agrees(wanted: State, state: State) -> bool:
    for part, content in wanted.items():
        given = state.get(part, {})
        for key, value in content.items():
            expected = tuple(value) if isinstance(value, list) else value
            actual = given.get(key)
            if expected and expected != UNSET and actual != expected:
                return False
            if expected == UNSET and actual and actual != UNSET:
                return False
    return True


class Learned:
    """All that the rules know after training."""

    def __init__(self, conversations: Sequence[Conversation], domain: Domain, policies: Policies) -> None:
        self._policies = policies
        from_rules = list(examples((each for each in conversations if each.is_rule), domain))
        from_paths = list(examples((each for each in conversations if not each.is_rule), domain))
        self.rules = Rules()
        self.rules.learn(from_rules)
        self._in_forms = Rules()
        self._in_forms.actions = _form_conditions([*from_rules, *from_paths])
        for key in self._in_forms.actions:
            self._in_forms.add_key(key)

    def predict(self, tracker: Tracker) -> tuple[str | None, str | None]:
        """The next action (None: no rule says) and where that comes from."""
        from_text, source = self._from_rules(tracker, text=True) if tracker.last_action == LISTEN else (None, None)
        question = tracker.last_question
        if tracker.last_action == LISTEN and question in DEFAULT_ACTIONS and not from_text:
            return DEFAULT_ACTIONS[str(question)], BUILT_IN + str(question)
        form = tracker.form
        if form and not tracker.rejected:
            if tracker.last_action == form:
                return LISTEN, f"{FORMS}{form} - {LISTEN}"
            return form, FORMS + form
        if from_text:
            return from_text, source
        return self._from_rules(tracker, text=False)

    def _from_rules(self, tracker: Tracker, text: bool) -> tuple[str | None, str | None]:
        states = [without_text(state) for state in tracker.states[:-1]]
        states.append(_moment(tracker.states[-1], text))
        keys = self.rules.fitting(states)
        best = max(keys, key=lambda key: (len(key), key), default="")
        action = self.rules.actions.get(best)
        if tracker.form and action == LISTEN and not form_of(self.rules.last_state(best)):
            conditions = {self._in_forms.actions[key] for key in self._in_forms.fitting(states)}
            if NOT_THE_FORM not in conditions:
                return tracker.form, best
            action = None
        return action, best or key_of(states)


def _moment(state: State, text: bool) -> State:
    """The message counts either by its words alone or by its question and labels."""
    if not listening(state):
        return without_text(state)
    hidden: tuple[str, ...] = ("intent", "entities") if text else ("text",)
    user: dict[str, Any] = {key: value for key, value in state.get("user", {}).items() if key not in hidden}
    return {**state, "user": user} if "user" in state else state


def _form_conditions(steps: Iterable[tuple[list[State], str]]) -> dict[str, str]:
    """What may not happen, or happened in between, while a form asks."""
    found: dict[str, str] = {}
    for states, action in steps:
        form = form_of(states[-1])
        if not form:
            continue
        if len(states) == 1 or not states[-2].get("prev_action"):
            last = [states[-1]]
        else:
            last = [{"prev_action": states[-2]["prev_action"]}, states[-1]]
        key = key_of(last)
        if not key:
            continue
        if listening(states[-1]) and action == form:
            found[key] = INTERRUPTED
        elif not listening(states[-1]) and action != form:
            found[key] = NOT_THE_FORM
    return found
