"""What our topics' folders need beyond working: all languages and channels, owner and dates, plain and short words."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from bot.sms.segments import measure
from studio.content.checks.answers import city_value, inside
from studio.content.checks.found import found
from studio.content.checks.reading_ease import SENTENCE_WORDS, HardWords, hard_words, long_sentences
from studio.content.finding import Finding, Place
from studio.content.keys import closest
from studio.content.project import Answer, Project, Variation

WEB_CHARACTERS = 320
SMS_SEGMENTS = 2
_SURELY_SHORT = 134  # characters that fit in two segments in any alphabet
_RESERVED = "stop stopall unsubscribe cancel end quit yes help info start unstop".split()
"""Words that carriers answer over us (CTIA messaging principles): never ask for them."""
_ASKS = re.compile(
    r"\b(?:text|reply|send|write|type|envíe|mande|escriba|responda|conteste)\s+(?:with\s+|con\s+)?"
    rf"[\"'“«]?(?:{'|'.join(_RESERVED)}|alto|cancelar|ayuda|sí|si)\b",
    re.I,
)
_SHOUTED = re.compile(rf"\b(?:{'|'.join(_RESERVED).upper()})\b")
_BLANK = re.compile(r"\{([^{}]*)\}")
_FOLDED = str.maketrans("áíóúÁÍÓÚ", "aiouAIOU")
_UNSAFE_LINK = re.compile(r"\bhttp://[^\s)\"]+")
_PERSONAL = (
    ("a phone number", re.compile(r"(?<![\d-])(?:\+?1[ .-]?)?\(?[2-9]\d\d\)?[ .-]?\d{3}[ .-]?\d{4}(?![\d-])")),
    ("an e-mail address", re.compile(r"[\w.+-]+@[\w-]+\.[A-Za-z]{2,}")),
    ("a social security number", re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")),
    ("a card number", re.compile(r"(?<!\d)(?:\d[ -]?){13,16}(?!\d)")),
)
_INVENTED = re.compile(r"555|@(?:[\w-]+\.)*example\b|123-45-6789|0{5}")


_ACRONYM = re.compile(r"\b[A-Z]{3,6}\b")
_KNOWN = {"SMS", "PDF", "ZIP", "USA", "LED", "DVD", "STOP", "HELP", "START"}


def check(project: Project, today: date) -> Iterator[Finding]:
    """Everything that only our own layout asks for."""
    lists = {language: HardWords(hard_words(project.root, language), language) for language in project.languages}
    for answer in project.answers:
        yield from _complete(answer, project)
        yield from _provenance(answer, today)
        for variation in answer.variations:
            read = filled(variation.text, project)
            yield from _words(variation, read, lists.get(variation.language))
            yield from _length(variation, read)
    yield from _questions(project)
    yield from _answered(project)
    yield from _acronyms(project)
    yield from _personal(project)


def _complete(answer: Answer, project: Project) -> Iterator[Finding]:
    written = {(each.language, each.channel or "web") for each in answer.variations}
    for each in answer.variations:
        if project.languages and each.language not in project.languages:
            words = f"This wording of “{answer.name}” names no language that the city speaks."
            yield found("language", each.place, f"{words} Add one: metadata: {{language: {project.languages[0]}}}.")
            return
    for language in project.languages:
        web = (language, "web") in written
        if not web:
            words = f"“{answer.name}” has no wording for the web chat in “{language}”. Write one."
            yield found("language", answer.place, words)
        elif "/" in answer.name and (language, "sms") not in written:
            words = f"“{answer.name}” has no wording for text messages in “{language}”. Write one with channel: sms."
            yield found("channel", answer.place, words)


def _acronyms(project: Project) -> Iterator[Finding]:
    """Short forms in capitals, each at its first place; a word that is also written small (NOT) is none."""
    wordings = [each for answer in project.answers for each in answer.variations if each.text_node is not None]
    small = {word for each in wordings for word in re.findall(r"\b[^\W\d_]+\b", each.text) if word.islower()}
    told = set(_KNOWN)
    for each in wordings:
        for short in _ACRONYM.findall(_BLANK.sub(" ", each.text)):
            explained = f"({short})" in each.text or f"{short} (" in each.text
            if short in told or explained or short.lower() in small or each.text_node is None:
                continue
            told.add(short)
            words = f"Does everybody know what “{short}” stands for? Write it out once: “… ({short})”."
            yield found("acronym", inside(each.text_node, short), words)


def _provenance(answer: Answer, today: date) -> Iterator[Finding]:
    if not answer.variations:
        return
    first = answer.variations[0]
    if not first.metadata.get("owner"):
        yield found("owner", first.place, f"“{answer.name}” has no owner. Name a team: owner: parking.")
    source = first.metadata.get("source", "" if _informs(answer.name) else "https://")
    if not str(source).startswith("https://"):
        words = f"“{answer.name}” has no source. Add the official page that backs it: source: https://…"
        yield found("source", first.place, words)
    review_by = first.metadata.get("review_by")
    if not isinstance(review_by, date):
        words = f"“{answer.name}” has no date for its next review. Add one: review_by: {today.year + 1}-05-01."
        yield found("review-date", first.place, words)
    elif review_by < today:
        words = f"The review of “{answer.name}” was due on {review_by}. Check it with its owner and set a new date."
        yield found("review-overdue", first.place, words)


def _informs(name: str) -> bool:
    """Whether it states facts that an official page must back; a form's question or a greeting does not."""
    no_facts = ("_ask", "_which_", "_unknown", "_not_listed", "_unavailable", "_words_")
    begins = ("utter_faq/", "utter_hours_", "utter_collection_", "utter_person_")
    return name.startswith(begins) and not any(part in name for part in no_facts)


def _words(variation: Variation, read: str, lists: HardWords | None) -> Iterator[Finding]:
    """`read` is the text as people read it."""
    node = variation.text_node
    if node is None:
        return
    for sentence in long_sentences(read):
        words = (
            f"This sentence has {len(sentence.split())} words; at most {SENTENCE_WORDS} read easily. Make two of it."
        )
        yield found("long-sentence", inside(node, sentence[:12]), words)
    for said, plain in lists.find(_BLANK.sub("x", variation.text)) if lists else ():
        at = re.search(re.escape(said), node.raw, re.I)
        yield found(
            "hard-word", inside(node, at[0]) if at else node.place, f"“{said}” is hard to read. Write “{plain}”."
        )
    if link := _UNSAFE_LINK.search(variation.text):
        yield found(
            "link", inside(node, link[0]), f"The link {link[0]} is not safe. Write https:// instead of http://."
        )
    if asks := _ASKS.search(variation.text) or _SHOUTED.search(variation.text):
        words = f"“{asks[0]}”: the phone company answers this word over us. Ask for a digit instead."
        yield found("reserved-word", inside(node, asks[0]), words)


def filled(text: str, project: Project) -> str:
    """The text as it will read: known blanks filled, others with a word of usual length."""
    return _BLANK.sub(lambda blank: _value(blank[1], project) or "Central Library", text)


def _value(name: str, project: Project) -> str | None:
    first, *rest = name.split(".")
    value = city_value(project, rest) if first == "city" else None
    if isinstance(value, dict):
        value = value.get(project.languages[0])
    return str(value) if isinstance(value, str | int | float) else None


def segments(text: str) -> int:
    """Text message segments, after the accents are folded as the text channel does."""
    return measure(unicodedata.normalize("NFC", text).translate(_FOLDED)).count


def _length(variation: Variation, read: str) -> Iterator[Finding]:
    node = variation.text_node
    if node is None:
        return
    if variation.channel == "sms" and len(read) > _SURELY_SHORT and (count := segments(read)) > SMS_SEGMENTS:
        words = f"This text message takes {count} segments; at most {SMS_SEGMENTS}. Shorten it."
        yield found("sms-length", node.place, words)
    if variation.channel != "sms" and len(read) > WEB_CHARACTERS:
        yield found("web-length", node.place, f"This has {len(read)} characters; at most {WEB_CHARACTERS}. Shorten it.")


def _questions(project: Project) -> Iterator[Finding]:
    by_name: dict[str, dict[str, Place]] = defaultdict(dict)
    for question in project.questions:
        by_name[question.name][question.language] = question.place
        if "/" in question.name and not question.title:
            words = f"“{question.name}” has no title for “Did you mean …?”. Add one under metadata."
            yield found("title", question.place, words)
        if 1 < len(question.examples) < 10:
            words = f"“{question.name}” has {len(question.examples)} example questions; write at least 10."
            yield found("few-examples-yet", question.place, words)
    for name, places in by_name.items():
        for language in project.languages:
            if language not in places:
                words = f"“{name}” has no example questions in “{language}”. Write at least 10."
                yield found("language", next(iter(places.values())), words)


def _answered(project: Project) -> Iterator[Finding]:
    """Every question has its answer, and the reverse; a misspelt name counts once."""
    asked = {each.name: each for each in reversed(project.questions) if "/" in each.name}
    unasked = {each.name.removeprefix("utter_"): each for each in project.answers if "/" in each.name}
    missing = {name for name in asked if name not in unasked}
    for name, answer in unasked.items():
        if name not in asked:
            meant = closest(name, missing)
            missing.discard(meant or "")
            words = f"No example question asks for the answer “{answer.name}”."
            words = words if meant else f"{words} Correct its name, or write the questions."
            yield found("no-answer", answer.place, words, f"utter_{meant}" if meant else None)
    for name in sorted(missing):
        words = f"“{name}” has example questions but no answer. Write “utter_{name}”."
        yield found("no-answer", asked[name].place, words)


def _personal(project: Project) -> Iterator[Finding]:
    for question in project.questions:
        for example in question.examples:
            if "@" not in example.written and not re.search(r"\d{3}", example.written):
                continue
            for what, pattern in _PERSONAL:
                if (seen := pattern.search(example.said)) and not _INVENTED.search(seen[0]):
                    words = (
                        f"This example holds {what} that may be a real person's. Use an invented one, such as 555-0100."
                    )
                    yield found("personal-data", example.place, words)
                    break
