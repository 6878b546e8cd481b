"""Contradictions in plain words: what, where, and what to do."""

from studio.content.contradictions.checking import Incomplete, Told, TooLong
from studio.content.contradictions.dialogue import LISTEN, UNSET
from studio.content.finding import Finding, Place

_NOWHERE = Place("config.yml")


def too_many_messages(rule: TooLong) -> Finding:
    """A rule that goes on after a second message."""
    words = f"The rule “{rule.name}” holds more than one message of a person. Make it a path (story), or two rules."
    return Finding(rule.at, "error", "rule-too-long", words)


def leaves_out(rule: Incomplete) -> Finding:
    """A rule that leaves out what its action sets elsewhere."""
    parts = [f"the blank (slot) “{slot}”" for slot in rule.slots]
    parts += ["that no form asks (active_loop: null)" if form == UNSET else f"the form “{form}”" for form in rule.forms]
    words = (
        f"In other rules “{rule.action}” is followed by {' or '.join(parts)}; the rule “{rule.name}” leaves that out. "
        "Add it below the action, or write `wait_for_user_input: false` if the action is the last step."
    )
    return Finding(rule.at, "error", "rule-incomplete", words)


def against(told: Told, others: tuple[Told, ...]) -> tuple[Told, Told, Finding]:
    """A rule or path and the first other that says something else in the same situation."""
    other = others[0]
    code = "rules-contradict" if told.is_rule else "rule-against-path"
    kind = "rule" if told.is_rule else "path (story)"
    here = f"The {kind} “{told.name}” goes on with {_does(told.action)} here"
    if other.at is None:
        words = f"{here}, but the assistant itself would go on with {_does(other.action)}. Change this step."
    else:
        more = "".join(f", and in {each.at}" for each in others[1:4] if each.at)
        words = (
            f"{here}, but in the same situation the rule “{other.name}” ({other.at}{more}) goes on with "
            f"{_does(other.action)}. Make both alike, delete one, or add a condition that tells them apart."
        )
    return told, other, Finding(told.at or _NOWHERE, "error", code, words)


def conflicting(told: tuple[Told, ...], after: str) -> Finding:
    """Paths that part without a reason."""
    first = told[0]
    other = next(each for each in told if each.action != first.action)
    words = (
        f"After “{after}” the path (story) “{first.name}” goes on with {_does(first.action)}, "
        f"but the path “{other.name}” ({other.at}) with {_does(other.action)}, and nothing before tells them apart. "
        "Make both alike, or let something earlier in them differ."
    )
    return Finding(first.at or _NOWHERE, "error", "paths-conflict", words)


def _does(action: str) -> str:
    return "waiting for the person" if action == LISTEN else f"“{action}”"
