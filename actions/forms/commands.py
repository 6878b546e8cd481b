"""Words that steer a form rather than answer it: leave, later, back, start over, skip, and what marks a correction."""

import re

from actions.base import Turn

_OWN = "affirm deny choose skip change_item go_back start_over cancel give_place resume_form helpful not_helpful"
OWN_INTENTS = frozenset(_OWN.split())
"""Intents that every form reads itself; any other may be a question about something else."""
SHORT = 6
"""Words up to which a command is one; in a longer text the same words are part of an answer."""
PLAIN = 0.8
"""Confidence from which a command goes before an answer from a list."""

_COMMANDS = {"cancel": "leave", "start_over": "start_over", "go_back": "back", "goodbye": "later"}
_BESIDE_LATER = (
    "ok|okay|maybe|sorry|i.?ll|i will|let me|i can.?t|i|do|finish|continue|send|it|this|that|please|thanks|thank you|"
    "right|bye|then|just|no|mejor|lo|la|le|sigo|contin[uú]o|hago|termino|har[eé]|quiz[aá]s?|por favor|gracias|bueno|"
    "perd[oó]n|puedo|y|me|adi[oó]s"
)
_LATER = re.compile(
    rf"(?:(?:{_BESIDE_LATER})[ ,.!]+)*"
    r"(?:later|not now|for now|another (?:time|day)|some other time|(?:gotta|got to|have to|need to) go|brb|tomorrow|"
    r"luego|m[aá]s tarde|despu[eé]s|ahora no|ahorita no|otro (?:d[ií]a|momento)|por ahora|tengo que irme|ma[ñn]ana)"
    rf"(?:[ ,.!]+(?:{_BESIDE_LATER}))*[ .!]*",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"(?:(?:sorry|um+|hmm+|well|honestly|perdón|pues|la verdad|yo|and|y)[, ]+)*"
    r"(?:(?:i )?(?:really )?(?:do ?n.?t|do not|dunno|dont) ?(?:really )?(?:know|remember|recall|have (?:it|one|that))?|"
    r"idk|(?:i.?m )?not (?:really )?sure|no idea|no clue|unknown|can.?t (?:tell|say|remember)|who knows|n/?a|"
    r"not applicable|"
    r"no (?:lo |la )?(?:s[eé]|recuerdo|tengo)|no estoy segur[oa]|no me acuerdo|ni idea|quien sabe|qui[eé]n sabe|nose|"
    r"desconozco|no aplica|no tengo idea)"
    r"(?:[, ]+(?:sorry|exactly|about that|it|that|bien|exactamente|perd[oó]n|la verdad))*"
    r"[.!? ]*",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"^(?:(?:oh|ah|oops|ay|hey)[,!. ]+)*"
    r"(?:(?:no[,.!]+|no (?=it.?s|its|it is|es |son |est[aá] |wait|sorry|actually|i mean|perd[oó]n|espere|digo|mejor)|"
    r"nope[,.]|sorry\b,?|wait\b,?|actually\b,?|i meant?\b|"
    r"correction\b:?|my (?:bad|mistake)\b,?|i (?:made a mistake|was wrong)\b,?|scratch that,?|rather\b|instead\b|"
    r"me equivoqu[eé]\b,?|perd[oó]n\b,?|disculpe?\b,?|quise decir\b|digo\b,?|en realidad\b,?|m[aá]s bien\b,?|"
    r"espere?\b,?|correcci[oó]n\b:?|mejor dicho\b,?|not (?=\d))[,:. ]*)+",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"^(?:(?:i|but|pero|que|yo|please|por favor|sorry|perd[oó]n|no)[, ]+)*"
    r"(?:i )?(?:meant?|mean|quise decir|quer[ií]a decir|it.?s|its|it is|it was|they.?re|there are|there.?s|"
    r"es|son|est[aá]|era|fueron|hay|fue)?(?: (?:actually|really|en realidad))?[,: ]+",
    re.IGNORECASE,
)


def command(turn: Turn) -> str:
    """leave, later, start_over or back; "" if the message is none of these."""
    if turn.choice in ("leave", "later"):
        return turn.choice
    short = 0 < len(turn.text.split()) <= SHORT
    if short and turn.intent != "start_over" and _LATER.fullmatch(turn.text.strip()):
        return "later"
    return _COMMANDS.get(turn.intent, "") if short else ""


def is_unknown(text: str) -> bool:
    """Whether the words say "I don't know" and nothing else."""
    return bool(_UNKNOWN.fullmatch(text.strip()))


def skips(turn: Turn) -> bool:
    """Whether the person wants to leave the question out."""
    said = turn.intent == "skip" and len(turn.text.split()) <= SHORT
    return turn.choice == "skip" or said or is_unknown(turn.text)


def corrects(turn: Turn) -> str:
    """What is left of a message that corrects something, as in "sorry, I meant the blue car"; "" if it does not."""
    found = _CORRECTION.match(turn.text)
    if not found and turn.intent != "change_item":
        return ""
    rest = turn.text[found.end() :] if found else turn.text
    if found and found.group(0).lower().startswith("not "):
        rest = turn.text
    return _LEAD_IN.sub("", f"{rest} ").strip()


def agrees(turn: Turn) -> bool:
    """A short yes."""
    return turn.intent == "affirm" and len(turn.text.split()) <= SHORT


def declines(turn: Turn) -> bool:
    """A short no."""
    return turn.intent == "deny" and len(turn.text.split()) <= SHORT
