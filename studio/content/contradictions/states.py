"""A conversation as the dialogue sees it: before each action a state of message, last action, form and slots."""

from collections.abc import Iterable
from typing import Any

from studio.content.contradictions.dialogue import (
    UNSET,
    Asking,
    Did,
    Domain,
    Event,
    Rejected,
    Remembered,
    Said,
)
from studio.content.contradictions.features import seen, stored

State = dict[str, dict[str, Any]]


class Tracker:
    """Follows a conversation; `states` holds what was seen before each action, and now."""

    def __init__(self, domain: Domain, set_only: bool = False) -> None:
        self._domain = domain
        self._set_only = set_only  # leave out values that slots begin with
        self._slots = {name: slot.initial for name, slot in domain.slots.items()}
        self._set: set[str] = set()
        self._said: dict[str, Any] = {}
        self._heard: Said | None = None
        self._did: dict[str, Any] = {}
        self._form: str | None = None
        self._rejected = False
        self.states: list[State] = [self._state()]

    @property
    def form(self) -> str | None:
        """The form that is asking now."""
        return None if self._form == UNSET else self._form

    @property
    def rejected(self) -> bool:
        """Whether that form leaves the next step to others."""
        return self._form is not None and self._rejected

    @property
    def last_action(self) -> str | None:
        """The name or words of what the assistant did last."""
        return self._did.get("action_name") or self._did.get("action_text")

    @property
    def last_question(self) -> str | None:
        """The name of what was asked last."""
        return self._heard.intent if self._heard else None

    def add(self, event: Event) -> None:
        """Follow one step."""
        if not isinstance(event, Did):
            self.states.pop()
        match event:
            case Said():
                self._heard = event
                self._said = self._user(event)
            case Did(name=name, text=text):
                self._did = {"action_name": name} if name else {"action_text": text}
                if name and name == self._form:
                    self._rejected = False
            case Remembered(slot=slot, value=value):
                if slot in self._slots:
                    self._slots[slot] = stored(self._domain.slots[slot], value)
                    self._set.add(slot)
            case Asking(form=form):
                self._form, self._rejected = form, False
            case Rejected(form=form):
                self._rejected = self._rejected or (form is not None and form == self.form)
        self.states.append(self._state())

    def _user(self, said: Said) -> dict[str, Any]:
        user: dict[str, Any] = {}
        if said.text:
            user["text"] = said.text
        if said.intent:
            user["intent"] = said.intent
        names = {name for label in said.labels for name in label.names()}
        names &= self._domain.used_labels.get(
            said.intent or "", frozenset(names) if self._domain.unlisted_hear_labels else frozenset()
        )
        if names:
            user["entities"] = tuple(sorted(names))
        return user

    def _state(self) -> State:
        slots: dict[str, Any] = {}
        for name, value in self._slots.items():
            if self._set_only and name not in self._set:
                continue
            shown = seen(self._domain.slots[name], value)
            if shown is not None:
                slots[name] = shown
        state = {
            "user": self._said,
            "slots": slots,
            "prev_action": self._did,
            "active_loop": {} if self._form is None else {"name": self._form},
        }
        return {part: dict(content) for part, content in state.items() if content}


def followed(domain: Domain, events: Iterable[Event], set_only: bool = False) -> list[State]:
    """What was seen before each action of these events, and at the end."""
    tracker = Tracker(domain, set_only)
    for event in events:
        tracker.add(event)
    return tracker.states


def listening(state: State) -> bool:
    """Whether the assistant has just waited for a message."""
    return state.get("prev_action", {}).get("action_name") == "action_listen"


def form_of(state: State) -> str | None:
    """The form in this state; None if none asks or must ask."""
    form = state.get("active_loop", {}).get("name")
    return None if form is None or form == UNSET else str(form)


def without_text(state: State) -> State:
    """A message counts by its question's name where it has one, else by its words."""
    user = state.get("user", {})
    if user.get("intent") and user.get("text"):
        return {**state, "user": {key: value for key, value in user.items() if key != "text"}}
    return state


def applied(events: tuple[Event, ...]) -> list[Event]:
    """The steps that count: a form that simply asks on makes the messages it heard disappear."""
    forms = {event.form for event in events if isinstance(event, Asking) and event.form}
    kept: list[Event] = []
    for event in events:
        if isinstance(event, Did) and event.name in forms and not _first_or_interrupted(event.name, kept):
            _undo_to_form(event.name, kept)
        else:
            kept.append(event)
    return kept


def _first_or_interrupted(form: str | None, kept: list[Event]) -> bool:
    following: str | None = None
    for event in reversed(kept):
        if isinstance(event, Asking) and event.form is None:
            return True
        if isinstance(event, Said) and following is not None and following != form:
            return True
        if isinstance(event, Did):
            if event.name == form:
                return False
            following = event.name
    return True


def _undo_to_form(form: str | None, kept: list[Event]) -> None:
    position = len(kept) - 1
    while position >= 0:
        event = kept[position]
        if isinstance(event, Did) and event.name == form:
            return
        if isinstance(event, (Did, Said)):
            del kept[position]
        position -= 1
