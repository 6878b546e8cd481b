"""Why an answer came, in words for people: what was understood, what came close, and which rule or path decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from studio.content.draft import Draft
from studio.content.names import Names
from studio.web.paths.addresses import path_url
from studio.web.paths.listing import Written, everything
from studio.web.paths.naming import FALLBACK, plain_name, title_of
from studio.web.paths.transcript import transcript
from studio.web.topics.addresses import item_url


@dataclass(frozen=True)
class Meant:
    """A question that a message was taken for, or nearly: its title, how sure in percent, and its page."""

    title: str
    percent: int
    url: str = ""


@dataclass(frozen=True)
class Decided:
    """One step: what was done, the key of the words for what decided it, and the rule's or path's name and page."""

    what: str
    key: str
    by: str = ""
    url: str = ""


@dataclass(frozen=True)
class Why:
    """All that is known of one turn."""

    understood: Meant | None
    unsure: bool
    close: tuple[Meant, ...]
    labels: tuple[tuple[str, str], ...]
    decided: tuple[Decided, ...]
    remembered: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """What there is in the draft, read once for a whole conversation."""

    names: Names
    written: Sequence[Written]

    @classmethod
    def of(cls, draft: Draft) -> "Known":
        """As it is now."""
        return cls(draft.names(), everything(draft))


def why(known: Known, reasons: Mapping[str, Any], language: str) -> Why:
    """From what nlu/reasons.py tells."""
    names = known.names
    heard = reasons.get("understood") or {}
    intent = str(heard.get("intent") or "")
    close = [_meant(names, each, language) for each in heard.get("close") or [] if each.get("intent")]
    return Why(
        _meant(names, heard, language) if intent and intent != FALLBACK else None,
        intent == FALLBACK,
        tuple(close[:3]),
        tuple((plain_name(str(each["label"])), str(each["value"])) for each in heard.get("labels") or []),
        tuple(_decided(known, intent, reasons.get("steps") or [], language)),
        tuple(map(plain_name, reasons.get("remembered") or [])),
    )


def _meant(names: Names, told: Mapping[str, Any], language: str) -> Meant:
    name = str(told.get("intent") or "")
    folder = names.where(name)
    url = item_url(folder, name) if folder else ""
    return Meant(title_of(names, name, language), round(100 * float(told.get("confidence") or 0)), url)


def _decided(known: Known, intent: str, steps: Sequence[Mapping[str, Any]], language: str) -> list[Decided]:
    forms = set(known.names.forms)
    found = []
    for step in steps:
        name = str(step.get("action") or "")
        if not name:
            continue
        policy = str(step.get("policy") or "")
        # The one step for all questions of a kind says each one's own answer.
        own = "/" in intent and name == f"utter_{intent.split('/')[0]}"
        what = title_of(known.names, intent, language) if own else plain_name(name)
        one = _leading(known.written, intent, name, "rules" if "Rule" in policy else "stories")
        at = path_url(one.folder, one.kind, one.name) if one else ""
        if one is not None:
            found.append(Decided(what, f"trying_by_{one.kind}", one.name, at))
        elif name in forms:
            found.append(Decided(what, "trying_by_form"))
        elif "fallback" in name:
            found.append(Decided(what, "trying_by_fallback"))
        else:
            some = "rules" if "Rule" in policy else "stories" if "Memo" in policy else "none"
            found.append(Decided(what, f"trying_by_some_{some}"))
    return found


def _leading(written: Sequence[Written], intent: str, action: str, kind: str) -> Written | None:
    """The rule or path in which this question leads to this step."""
    wanted = {intent, intent.split("/")[0]}
    for one in written:
        if one.kind != kind or one.track is None or action not in one.mentions or not wanted & one.mentions:
            continue
        items = transcript(one.track)
        for before, after in pairwise(items):
            if after.name == action and any(said.question in wanted for said in before.said):
                return one
    return None
