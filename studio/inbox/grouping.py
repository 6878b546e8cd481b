"""Puts messages that ask nearly the same together: the first is the group's name, others join where they are alike."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from bot.privacy.masking import folded
from studio.inbox.messages import Message

ALIKE = 72.0
"""Of 100: from which likeness of their telling words two messages are one question."""
RAREST = 6
"""By so many of its rarest pieces a message looks for a group: more finds hardly more and costs much."""
WIDEST = 60
"""Groups that one piece may lead to; a piece of more is no sign."""
_PLACEHOLDER = re.compile(r"\[[a-z ]+\]")
_EMPTY = frozenset(
    "the a an is are was do does did can could i im my me we you your to for of in on at it this that and or how what"
    " when where who why please need want would like have has get be with about there if not dont hi hello thanks"
    " el la los las un una unos unas de del al en y o que como cuando donde quien por para con mi su me se es son"
    " esta hay puedo quiero necesito favor hola gracias no lo le".split()
)


@dataclass(frozen=True)
class Group:
    """Messages of one language that ask nearly the same; the first is the one that waits longest."""

    messages: tuple[Message, ...]

    @property
    def id(self) -> str:
        """The first message's id."""
        return self.messages[0].id

    @property
    def first(self) -> Message:
        """The message that stands for the group."""
        return self.messages[0]

    @cached_property
    def topic(self) -> str | None:
        """What most of them were taken for, or came nearest to."""
        named = Counter(message.topic for message in self.messages if message.topic)
        return named.most_common(1)[0][0] if named else None


def grouped(messages: Sequence[Message]) -> list[Group]:
    """All messages in groups, the largest first."""
    told = [_telling(message.text) for message in messages]
    often = Counter(piece for words in told for piece in _pieces(words))
    groups: list[list[Message]] = []
    leaders: list[str] = []
    by_piece: dict[tuple[str, str], list[int]] = defaultdict(list)
    for message, words in zip(messages, told, strict=True):
        pieces = sorted(_pieces(words), key=lambda piece: (often[piece], piece))[:RAREST]
        keys = [(message.language, piece) for piece in pieces]
        best = _best(words, leaders, {at for key in keys for at in by_piece[key]})
        if best is None:
            best = len(groups)
            groups.append([])
            leaders.append(words)
            for key in ((message.language, piece) for piece in _pieces(words)):
                if len(by_piece[key]) < WIDEST:
                    by_piece[key].append(best)
        groups[best].append(message)
    return sorted((Group(tuple(each)) for each in groups), key=lambda group: -len(group.messages))


def thinned(groups: Sequence[Group], messages: Sequence[Message]) -> list[Group] | None:
    """The groups with only these messages left in them; None where one of the messages is in no group yet."""
    wanted = set(messages)
    found = [Group(tuple(each for each in group.messages if each in wanted)) for group in groups]
    if sum(len(group.messages) for group in found) != len(wanted):
        return None
    return sorted((group for group in found if group.messages), key=lambda group: -len(group.messages))


def _best(words: str, leaders: Sequence[str], candidates: Iterable[int]) -> int | None:
    """The most alike of the groups; the earlier one of two."""
    score, at = max(((_likeness(words, leaders[at]), -at) for at in candidates), default=(0.0, 0))
    return -at if score else None


def _likeness(one: str, other: str) -> float:
    """0 below ALIKE; a slip in a first letter puts sorted words in another order, so that both orders count."""
    return max(fuzz.token_sort_ratio(one, other, score_cutoff=ALIKE), fuzz.ratio(one, other, score_cutoff=ALIKE))


def _telling(text: str) -> str:
    """The words that tell what is asked; all of them where none does."""
    said = _PLACEHOLDER.sub(" ", folded(text))
    words = "".join(letter if letter.isalnum() else " " for letter in said).split()
    return " ".join([word for word in words if word not in _EMPTY] or words)


def _pieces(words: str) -> set[str]:
    """Pieces of four letters that survive one misspelt letter elsewhere in the word."""
    found: set[str] = set()
    for word in words.split():
        padded = f" {word} "
        found.update(padded[at : at + 4] for at in range(max(1, len(padded) - 3)))
    return found
