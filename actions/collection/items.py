"""The list of things and their bins (data/topics/collection/items.yml), found by name with small mistakes forgiven."""

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz, process

from bot.yaml12 import read

SIMILAR, NEAR = 86.0, 78.0
SHORT = 5
"""Letters; a shorter word has to be right."""
LONGEST = 4
_ASKING = frozenset(
    "a an the my our some of for to in into on at it is are be do does can could i we you u where what which how "
    "when put throw away out toss dispose get rid go goes belong belongs recycle recycled recyclable recycling trash "
    "garbage bin bins blue can cans container take please hi hello thing things old used have with and or "
    "about this that these un una unos unas el la los las mi mis de del para en al es son puedo puede se va van "
    "donde que cual como tirar tiro tira boto botar echar echo pongo poner reciclar recicla reciclo reciclaje "
    "basura bote botes azul tengo viejo vieja por favor y o hola cosa cosas sobre eso esto".split()
)
_SHORT_FORMS = {"xmas": "christmas", "tvs": "tv"}


@dataclass(frozen=True)
class Item:
    """One thing: the bin's id, its names by language and the note that goes with the answer."""

    bin: str
    names: Mapping[str, tuple[str, ...]]
    note: Mapping[str, str]

    def title(self, language: str, said: str = "") -> str:
        """The name that was said, if it is of that language, else its first one, as the beginning of a sentence."""
        name = next((name for name in self.names[language] if " ".join(_words(name)) == said), self.names[language][0])
        return name[:1].upper() + name[1:]

    @property
    def key(self) -> str:
        """What a button of this item carries."""
        return next(iter(self.names.values()))[0]


class Items:
    """All items; `find` reads them from a person's words, `near` offers what they may have meant."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.items = tuple(items)
        self._by_name: dict[str, Item] = {}
        for item in self.items:
            for names in item.names.values():
                for name in names:
                    self._by_name.setdefault(" ".join(_words(name)), item)

    def by_key(self, key: str) -> Item | None:
        """The item of a button."""
        return next((item for item in self.items if item.key == key), None)

    def find(self, text: str, most: int = 2) -> list[tuple[Item, str]]:
        """The things a text names, each with its name as the list has it; longer names go first, at most so many."""
        taken: list[tuple[int, int, str]] = []
        for _, start, end, name in sorted(self._hits(_words(text)), key=lambda hit: (-hit[0], hit[1])):
            if all(end <= other or start >= other_end for other, other_end, _ in taken):
                taken.append((start, end, name))
        found: dict[str, tuple[Item, str]] = {}
        for _, _, name in sorted(taken[:most]):
            item = self._by_name[name]
            found.setdefault(item.key, (item, name))
        return list(found.values())

    def near(self, text: str, most: int = 3) -> list[Item]:
        """What one of the words is like; none for words that are like nothing."""
        said = [word for word in _words(text) if word not in _ASKING and len(word) >= SHORT - 1]
        scores = [
            (max((fuzz.ratio(word, other) for word in said for other in name.split()), default=0.0), name)
            for name in self._by_name
        ]
        likely = [self._by_name[name] for score, name in sorted(scores, key=lambda one: -one[0]) if score >= NEAR]
        return list({item.key: item for item in likely}.values())[:most]

    def names_nothing(self, text: str) -> bool:
        """Whether a text asks without saying what for ("which bin?")."""
        return all(word in _ASKING for word in _words(text))

    def _hits(self, words: list[str]) -> Iterable[tuple[float, int, int, str]]:
        """(weight, start, end, name); the weight grows with the length of the name and its likeness."""
        for size in range(1, LONGEST + 1):
            for start in range(len(words) - size + 1):
                said = " ".join(words[start : start + size])
                if said in self._by_name:
                    yield len(said) + 1.0, start, start + size, said
                elif len(said) >= SHORT and not _ASKING.issuperset(words[start : start + size]):
                    match = process.extractOne(said, self._of_size[size], scorer=fuzz.ratio, score_cutoff=SIMILAR)
                    if match and match[0][0] == said[0]:
                        yield len(said) * match[1] / 100, start, start + size, match[0]

    @functools.cached_property
    def _of_size(self) -> dict[int, list[str]]:
        return {
            size: [name for name in self._by_name if name.count(" ") == size - 1 and len(name) >= SHORT]
            for size in range(1, LONGEST + 1)
        }


def load_items(path: Path) -> Items:
    """The list as the file stands now."""
    return _load(path, path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=2)
def _load(path: Path, _changed: int) -> Items:
    raw = read(path)
    languages = tuple(next(iter(raw["bins"].values())))
    return Items(
        Item(
            bin=item["bin"],
            names={language: tuple(map(str, item[language])) for language in languages},
            note=item.get("note") or raw["bins"][item["bin"]],
        )
        for item in raw["items"]
    )


def _words(text: str) -> list[str]:
    """Words without accents and capitals, plurals of longer words without their s."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).replace("'", "")
    words = (_SHORT_FORMS.get(word, word) for word in re.findall(r"\w+", plain))
    return [word[:-1] if len(word) > SHORT and word.endswith("s") else word for word in words]
