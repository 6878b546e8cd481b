"""The form of an answer: its fields as they stand, what was typed, and the changes between the two."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from studio.content.draft import Draft
from studio.content.editing import (
    AddAnswer,
    AddButton,
    AddVariation,
    ChangeButton,
    RemoveButton,
    SetMetadata,
    SetText,
    Which,
)
from studio.content.editing.changing import Change
from studio.content.project import Answer, Variation
from studio.content.reading import take_text
from studio.content.summaries import QuestionSummary

CHANNELS = ("", "sms")
MOST_BUTTONS = 6
"""More are never offered; those that a file has already stay."""
ROWS = 30
ABOUT = ("owner", "source", "review_by")

Fields = Mapping[str, str]


@dataclass(frozen=True)
class Wording:
    """One wording in the form. `key` names its fields; a new one is not in the file yet."""

    key: str
    language: str
    channel: str
    condition: str
    buttons: int
    """How many rows of buttons it has, one more than there are."""
    is_new: bool = False


def answer_in(text: str, path: str, name: str) -> Answer | None:
    """An answer in the text of a file."""
    return next((each for each in take_text(text, path).answers if each.name == name), None)


def wordings_of(answer: Answer | None, languages: list[str]) -> list[Wording]:
    """Those that there are, and a place for each that is missing, by channel and language."""
    found = [
        Wording(f"w{number}", each.language, each.channel, _condition(each), _rows(each))
        for number, each in enumerate(answer.variations if answer else ())
    ]
    there = {(each.language, each.channel) for each in found}
    missing = [
        Wording(f"new-{language}-{channel or 'web'}", language, channel, "", 0 if channel else 2, is_new=True)
        for channel in CHANNELS
        for language in languages
        if (language, channel) not in there
    ]
    order = {language: number for number, language in enumerate(languages)}
    return sorted([*found, *missing], key=lambda each: (each.channel, each.condition, order.get(each.language, 99)))


def fields_of(answer: Answer | None, draft: Draft) -> dict[str, str]:
    """What stands in the form's fields when nobody has typed."""
    fields = dict.fromkeys(ABOUT, "")
    if answer is None:
        return fields
    first = answer.variations[0].metadata if answer.variations else {}
    fields |= {name: str(first.get(name) or "") for name in ABOUT}
    for number, each in enumerate(answer.variations):
        fields[f"w{number}-text"] = each.text.strip()
        for at, button in enumerate(each.buttons):
            fields[f"w{number}-title-{at}"] = button.title
            fields[f"w{number}-to-{at}"] = shown_target(button.payload, each.language, draft)
    return fields


def typed_in(form: Fields) -> dict[str, str]:
    """What somebody has typed, with plain line ends."""
    return {name: value.replace("\r\n", "\n").strip() for name, value in form.items()}


def together(base: Fields, typed: Fields, now: Fields) -> dict[str, str]:
    """Somebody else saved meanwhile: theirs, and mine wherever I have changed something."""
    mine = {name: value for name, value in typed.items() if value != base.get(name, "")}
    return {**now, **mine}


def mistakes_in(typed: Fields, draft: Draft, today: date) -> dict[str, tuple[str, Mapping[str, object]]]:
    """What cannot be saved: the field, and the key of the words with their blanks."""
    found: dict[str, tuple[str, Mapping[str, object]]] = {}
    source, day = typed.get("source", ""), typed.get("review_by", "")
    if source and not source.startswith("https://"):
        found["source"] = ("topics_mistake_source", {})
    if day and as_date(day) is None:
        found["review_by"] = ("topics_mistake_date", {})
    for name, value in typed.items():
        if name.endswith("-text") and not value and name.startswith("w"):
            found[name] = ("topics_mistake_empty", {})
        key, _, at = name.rpartition("-to-")
        if key and value and not typed.get(f"{key}-title-{at}"):
            found[f"{key}-title-{at}"] = ("topics_mistake_button_title", {})
        key, _, at = name.rpartition("-title-")
        if key and value and payload_of(typed.get(f"{key}-to-{at}", ""), draft) is None:
            found[f"{key}-to-{at}"] = ("topics_mistake_button_to", {"title": value})
    return found


def changes_of(name: str, answer: Answer | None, typed: Fields, languages: list[str], draft: Draft) -> list[Change]:
    """What turns the answer into what was typed."""
    new = [(each, typed.get(f"{each.key}-text", "")) for each in wordings_of(answer, languages) if each.is_new]
    added = [_new_variation(each, text, typed, draft) for each, text in new if text]
    if answer is None:
        if added:
            about = {key: value for key in ABOUT if (value := _about(key, typed.get(key, "")))}
            added[0]["metadata"] = {**_mapping(added[0]["metadata"]), **about}
        return [AddAnswer(name, added)] if added else []
    changes: list[Change] = []
    for number, variation in enumerate(answer.variations):
        changes += _changes(name, number, variation, typed, draft)
    first = answer.variations[0].metadata
    for key in ABOUT:
        if key in typed and typed[key] != str(first.get(key) or ""):
            changes.append(SetMetadata(name, Which(index=0), key, _about(key, typed[key])))
    return [*changes, *(AddVariation(name, each) for each in added)]


def shown_target(payload: str, language: str, draft: Draft) -> str:
    """Where a button leads, as the list of choices names it."""
    question = draft.names().questions.get(payload.removeprefix("/")) if payload.startswith("/") else None
    return choice(question, language, draft) if question else payload


def choice(question: QuestionSummary, language: str, draft: Draft) -> str:
    """A question in the list of choices: its title, with its short name where another one is called the same."""
    title = question.title(language)
    return title if draft.names().titled.get(title) == (question.name,) else f"{title} [{question.name}]"


def payload_of(chosen: str, draft: Draft) -> str | None:
    """What a button carries; None where that is nowhere."""
    questions = draft.names().questions
    if chosen.endswith("]") and "[" in chosen:
        name = chosen[chosen.rindex("[") + 1 : -1]
        return f"/{name}" if name in questions else None
    if chosen.startswith("/"):
        name = chosen[1:].partition("{")[0].partition("@")[0].strip()
        known = name in questions or name in {"restart", "back", "choose"} or "{" in chosen
        return chosen if known else None
    found = (chosen,) if chosen in questions else draft.names().titled.get(chosen, ())
    return f"/{found[0]}" if chosen and len(found) == 1 else None


def buttons_typed(key: str, typed: Fields, draft: Draft) -> list[tuple[str, str]]:
    """The buttons of one wording, without empty rows."""
    rows = ((typed.get(f"{key}-title-{at}", ""), typed.get(f"{key}-to-{at}", "")) for at in range(ROWS))
    return [(title, payload_of(to, draft) or to) for title, to in rows if title]


def as_date(text: str) -> date | None:
    """A day, if it is one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _changes(name: str, number: int, variation: Variation, typed: Fields, draft: Draft) -> Iterator[Change]:
    key, which = f"w{number}", Which(index=number)
    text = typed.get(f"{key}-text")
    if text and text != variation.text.strip():
        yield SetText(name, which, text)
    if f"{key}-title-0" not in typed:  # the form had no buttons for it
        return
    old = [(each.title, each.payload) for each in variation.buttons]
    new = buttons_typed(key, typed, draft)
    for at, (was, now) in enumerate(zip(old, new, strict=False)):
        if was != now:
            yield ChangeButton(name, which, at, *now)
    for at in range(len(old) - 1, len(new) - 1, -1):
        yield RemoveButton(name, which, at)
    for title, payload in new[len(old) :]:
        yield AddButton(name, which, title, payload)


def _new_variation(wording: Wording, text: str, typed: Fields, draft: Draft) -> dict[str, object]:
    buttons = [{"title": title, "payload": to} for title, to in buttons_typed(wording.key, typed, draft)]
    channel = {"channel": wording.channel} if wording.channel else {}
    more = {"buttons": buttons} if buttons else {}
    return {"metadata": {"language": wording.language}, **channel, "text": text, **more}


def _about(key: str, value: str) -> str | date | None:
    return (as_date(value) if key == "review_by" else value) or None


def _condition(variation: Variation) -> str:
    told = (f"{each.get('name', '?')} = {each.get('value', '')}" for each in variation.conditions)
    return ", ".join(told)


def _rows(variation: Variation) -> int:
    there = len(variation.buttons)
    if variation.channel == "sms" and not there:
        return 0
    return min(there + 1, MOST_BUTTONS) if there < MOST_BUTTONS else there


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
