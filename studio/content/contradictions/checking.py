"""Runs every rule and path against what the rules learned, as Rasa does at the end of a training."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from studio.content.contradictions.dialogue import (
    ANYTHING,
    LISTEN,
    UNSET,
    Asking,
    Conversation,
    Did,
    Domain,
    Policies,
    Rejected,
    Remembered,
    Said,
)
from studio.content.contradictions.learning import BUILT_IN, FORMS, Learned
from studio.content.contradictions.states import Tracker, applied, followed
from studio.content.finding import Place


@dataclass(frozen=True)
class Told:
    """What a written rule or path says comes next, or what Rasa itself does (no place)."""

    name: str
    action: str
    at: Place | None
    is_rule: bool = True


@dataclass(frozen=True)
class Contradiction:
    """A step that rules see differently."""

    told: Told
    others: tuple[Told, ...]
    predicted: str


@dataclass(frozen=True)
class TooLong:
    """A rule with more than one message of a person."""

    name: str
    at: Place


@dataclass(frozen=True)
class Incomplete:
    """A rule in which an action leaves out what it sets in other rules."""

    name: str
    action: str
    slots: tuple[str, ...]
    forms: tuple[str, ...]  # which of these must be named as asking; UNSET: that none asks
    at: Place


def too_long(conversations: Iterable[Conversation]) -> Iterator[TooLong]:
    """Rules that hold whole dialogues."""
    for each in conversations:
        said = [event for event in each.events if isinstance(event, Said)]
        if each.is_rule and len(said) > 1:
            yield TooLong(each.name, said[1].at or each.at)


def incomplete(conversations: Iterable[Conversation], domain: Domain) -> Iterator[Incomplete]:
    """Rules that leave out a slot or form which the same action sets elsewhere."""
    rules = [each for each in conversations if each.is_rule]
    slots, forms = _effects(rules, domain)
    for rule in rules:
        states = followed(domain, rule.events)
        actions = [event for event in rule.events if isinstance(event, Did)]
        names = [action.name for action in actions]
        for position, state in enumerate(states[1:], 1):
            before = actions[position - 1].name
            after = names[position] if position < len(names) else LISTEN
            if before is None or ANYTHING in (before, after):
                continue
            missing = slots.get(before, set()) - set(state.get("slots", {}))
            wanted = forms.get(before, set())
            if state.get("active_loop", {}).get("name") in wanted:
                wanted = set()
            if missing or wanted:
                at = actions[position - 1].at or rule.at
                yield Incomplete(rule.name, before, tuple(sorted(missing)), tuple(sorted(wanted)), at)


def _effects(rules: Iterable[Conversation], domain: Domain) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    slots: dict[str, set[str]] = defaultdict(set)
    forms: dict[str, set[str]] = defaultdict(set)
    for rule in rules:
        action: str | None = None
        for event in rule.events:
            if isinstance(event, Did):
                action = event.label
            elif isinstance(event, Said):
                action = None
            elif action and isinstance(event, Remembered):
                if event.slot in domain.slots and domain.slots[event.slot].has_features:
                    slots[action].add(event.slot)
            elif action and isinstance(event, Asking):
                forms[action].add(event.form or UNSET)
    return slots, forms


def contradictions(
    conversations: Sequence[Conversation], domain: Domain, policies: Policies
) -> Iterator[Contradiction]:
    """Steps for which a rule predicts something else than what is written."""
    check = _Check(Learned(conversations, domain, policies), domain, policies)
    for each in conversations:
        if each.is_rule:
            check.collect(each)
    for each in conversations:
        yield from check.verify(each)


class _Check:
    def __init__(self, learned: Learned, domain: Domain, policies: Policies) -> None:
        self._learned = learned
        self._domain = domain
        self._policies = policies
        self._sources: dict[str, list[Told]] = defaultdict(list)

    def collect(self, rule: Conversation) -> None:
        """Note which written rule stands behind each prediction."""
        for event, predicted, source in self._predictions(rule):
            if not source:
                continue
            if source.startswith((BUILT_IN, FORMS)):
                self._sources[source].append(Told(source, predicted or "", None))
            else:
                self._sources[source].append(Told(rule.name, event.label, event.at or rule.at))

    def verify(self, each: Conversation) -> Iterator[Contradiction]:
        """Compare what is written with what is predicted."""
        for event, predicted, source in self._predictions(each):
            if not predicted or not source or predicted == event.label:
                continue
            if self._gives_way(source, each, predicted):
                self._learned.rules.forget(source)
                continue
            others = tuple(dict.fromkeys(told for told in self._sources[source] if told.action != event.label))
            if others:
                told = Told(each.name, event.label, event.at or each.at, each.is_rule)
                yield Contradiction(told, others, predicted)

    def _predictions(self, each: Conversation) -> Iterator[tuple[Did, str | None, str | None]]:
        tracker = Tracker(self._domain)
        unpredictable = True  # nothing comes before the first action
        for event in applied(each.events):
            if isinstance(event, Did):
                if event.name == ANYTHING:
                    unpredictable = True
                elif unpredictable or event.first:
                    unpredictable = False
                else:
                    yield event, *self._predict(tracker, event, each.is_rule)
            tracker.add(event)

    def _predict(self, tracker: Tracker, event: Did, is_rule: bool) -> tuple[str | None, str | None]:
        action, source = self._learned.predict(tracker)
        if tracker.form and action == tracker.form != event.label:
            tracker.add(Rejected(tracker.form))
            action, source = self._learned.predict(tracker)
        if action is None and is_rule:
            action = self._policies.fallback or LISTEN
        return action, source

    def _gives_way(self, source: str, each: Conversation, predicted: str) -> bool:
        """A rule that merely waits after a message and action does not forbid a path to go on from there."""
        if each.is_rule or source.count("prev_action") > 1 or predicted != LISTEN:
            return False
        if source not in self._learned.rules.actions:
            return False
        return any(key.startswith(source[:-2]) and key != source for key in self._learned.rules.actions)
