"""What the forms of a path's page ask for, as changes of its file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from studio.content.editing import AddPath, RemovePath, RenamePath
from studio.content.editing.changing import Change
from studio.content.editing.conditions import SetAsks, SetCondition
from studio.content.editing.tracks import Kind
from studio.content.project import Track
from studio.web.paths import choosing
from studio.web.paths.addresses import path_url
from studio.web.paths.changing import (
    WHAT,
    Chosen,
    Unusable,
    adding,
    changing,
    condition_of,
    moving,
    removing,
    step_at,
    steps_of,
)
from studio.web.paths.listing import Written, everything
from studio.web.paths.transcript import Remembered, begins_conversation, conditions, transcript
from studio.web.refusals import Refusal
from studio.web.routing import url
from studio.web.visit import Visit

LONGEST_NAME = 120
HOLDS = ("yes", "no", "words", "any", "nothing")


@dataclass(frozen=True)
class Wish:
    """The changes, where to go on from there, and the key of the words that tell of it."""

    changes: list[Change]
    leads_to: str
    told: str = "paths_saved"


def here(visit: Visit, one: Written, **query: object) -> str:
    """The page's own address, read in the same language and channel."""
    return path_url(one.folder, one.kind, one.name, lang=visit.asked("lang"), channel=visit.asked("channel"), **query)


def wish(visit: Visit, one: Written) -> Wish:
    """Whatever was asked for. Raises Unusable, Refusal."""
    do = visit.text("do")
    if one.form is not None:
        return Wish([SetAsks(one.name, _asks(visit, one, do))], here(visit, one))
    whole = {"rename": _rename, "copy": _copy, "delete": _delete, "when": _when_wish}
    return whole[do](visit, one) if do in whole else _of_a_step(visit, one, do)


def _rename(visit: Visit, one: Written) -> Wish:
    kind, new = cast(Kind, one.kind), new_name(visit, one.kind, kept=one.name)
    return Wish([RenamePath(kind, one.name, new)], path_url(one.folder, kind, new), "paths_renamed")


def _copy(visit: Visit, one: Written) -> Wish:
    kind, track, new = cast(Kind, one.kind), _track(one), new_name(visit, one.kind)
    steps = [step_at(track, at) for at in range(len(track.steps))]
    condition = [each for step in track.conditions if isinstance(each := step.node.data(), dict)]
    changes: list[Change] = [AddPath(kind, new, steps)]
    if condition or begins_conversation(track):
        changes.append(SetCondition(kind, new, condition, begins_conversation(track)))
    return Wish(changes, path_url(one.folder, kind, new), "paths_copied")


def _delete(visit: Visit, one: Written) -> Wish:
    return Wish([RemovePath(cast(Kind, one.kind), one.name)], url("/paths", topic=one.folder), "paths_removed")


def _when_wish(visit: Visit, one: Written) -> Wish:
    return Wish([_when(visit, one)], here(visit, one))


def _of_a_step(visit: Visit, one: Written, do: str) -> Wish:
    kind, track = cast(Kind, one.kind), _track(one)
    items = transcript(track)
    number = int(visit.text("number")) if visit.text("number").isdigit() else -1
    if do == "add" and 0 <= number <= len(items):
        at = items[number].at if number < len(items) else len(track.steps)
        return Wish(adding(kind, one.name, at, steps_of(_chosen(visit, one))), _line(visit, one, number))
    if not 0 <= number < len(items):
        raise Refusal(404, "path_gone")
    item = items[number]
    if do == "edit":
        steps = steps_of(_chosen(visit, one), step_at(track, item.at))
        return Wish(changing(kind, one.name, item, steps), _line(visit, one, number))
    if do == "remove":
        if item.count == len(track.steps):
            raise Unusable("page", "paths_last_step")
        return Wish(removing(kind, one.name, item), _line(visit, one, max(0, number - 1)))
    if do in ("up", "down"):
        by = -1 if do == "up" else 1
        return Wish(moving(kind, one.name, items, number, by), _line(visit, one, number + by), "paths_moved")
    raise Refusal(400, "bad_request")


def _line(visit: Visit, one: Written, number: int) -> str:
    return f"{here(visit, one)}#s{number + 1}"


def _track(one: Written) -> Track:
    assert one.track is not None
    return one.track


def _chosen(visit: Visit, one: Written) -> Chosen:
    """From the editor's fields; only what there is can be chosen. Raises Unusable."""
    what = visit.text("what")
    if what not in WHAT or (what == "checkpoint" and one.kind == "rules"):
        raise Refusal(400, "bad_request")
    picked = list(dict.fromkeys(filter(None, visit.texts("choice"))))
    # What the path names already may stay, also where nothing else is known of it.
    known = visit.studio.draft.names()
    if picked and not set(picked) <= choosing.names(visit.studio.draft, what) | one.mentions:
        raise Unusable("choice", "paths_choose_known")
    labels = [label for label in visit.texts("label") if label in known.labels]
    slot = visit.text("slot")
    if slot and slot not in known.slots:
        raise Unusable("slot", "paths_choose_slot")
    return Chosen(what, picked, labels, slot, visit.text("holds"), visit.text("words", 200))


def _when(visit: Visit, one: Written) -> SetCondition:
    names, kept = visit.studio.draft.names(), conditions(_track(one))
    gone = set(visit.texts("gone"))
    forms = [item.name for at, item in enumerate(kept) if item.kind in ("asks", "ends") and f"{at}" not in gone]
    slots = [
        held
        for at, item in enumerate(kept)
        for number, held in enumerate(item.remembered)
        if f"{at}.{number}" not in gone
    ]
    if (form := visit.text("form")) in names.forms:
        forms = [form]
    if visit.text("slot"):
        slots.append(_held(steps_of(_chosen_slot(visit))))
    return SetCondition(cast(Kind, one.kind), one.name, condition_of(slots, forms), visit.text("at_start") == "yes")


def _chosen_slot(visit: Visit) -> Chosen:
    if visit.text("slot") not in visit.studio.draft.names().slots:
        raise Unusable("slot", "paths_choose_slot")
    return Chosen("remembers", slot=visit.text("slot"), holds=visit.text("holds"), words=visit.text("words", 200))


def _held(steps: Sequence[Any]) -> Remembered:
    told = steps[0]["slot_was_set"][0]
    return Remembered(told, any=True) if isinstance(told, str) else Remembered(*next(iter(told.items())))


def _asks(visit: Visit, one: Written, do: str) -> list[str]:
    assert one.form is not None
    asks, slot = [each.name for each in one.form.asks], visit.text("slot")
    if do == "add":
        if slot not in visit.studio.draft.names().slots or slot in asks:
            raise Unusable("slot", "paths_choose_slot")
        return [*asks, slot]
    if slot not in asks:
        raise Refusal(404, "path_gone")
    at = asks.index(slot)
    if do == "remove":
        if len(asks) == 1:
            raise Unusable("page", "paths_last_ask")
        return [each for each in asks if each != slot]
    asks.insert(max(0, at + (-1 if do == "up" else 1)), asks.pop(at))
    return asks


def new_name(visit: Visit, kind: str, kept: str = "") -> str:
    """Raises Unusable for none, a long one, or one that is taken."""
    name = " ".join(visit.text("name", 1000).split())
    if not name or len(name) > LONGEST_NAME:
        raise Unusable("name", "paths_name_wrong")
    taken = {each.name for each in everything(visit.studio.draft) if each.kind == kind}
    if name in taken - {kept}:
        raise Unusable("name", "paths_name_taken")
    return name
