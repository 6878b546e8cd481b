"""ONNX models that multiply in 8 bits: one as it comes, rewritten, or one built from weights in floats.

A short text spends its time on reading weights from memory. `DynamicQuantizeMatMul` of onnxruntime reads a quarter of
what floats take, and rounds a text's own numbers to 8 bits on the way.
"""

from __future__ import annotations

from typing import Any, Dict, Set

import numpy as np

from nlu.encoders import onnx_format

_MULTIPLY = "DynamicQuantizeMatMul"
CONTRIBUTED = "com.microsoft"  # operations that onnxruntime knows beside the standard's
_LARGEST = 127  # of a number in 8 bits
_OPSET, _IR = 17, 8  # versions of the format


def session(model: bytes) -> Any:
    """What runs a model, on one core. Raises ImportError where onnxruntime is missing."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # 25 MB less
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def in_eight_bits(content: bytes) -> bytes:
    """The same model, but where it turns 8-bit weights into floats (Cast, Mul, MatMul), it multiplies the bytes."""
    model = onnx_format.model(content)
    model.opset_import.add(domain=CONTRIBUTED, version=1)
    graph = model.graph
    made = {output: node for node in graph.node for output in node.output}
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    unused: Set[str] = set()
    for node in graph.node:
        scaled: Any = made.get(node.input[1]) if node.op_type == "MatMul" else None
        floats: Any = made.get(scaled.input[0]) if scaled is not None and scaled.op_type == "Mul" else None
        if floats is None or not _is_weight(floats, tensors):
            continue
        weight, scale = floats.input[0], scaled.input[1]
        tensors[scale].dims[:] = tensors[scale].dims[-1:]  # one for each column
        node.op_type, node.domain = _MULTIPLY, CONTRIBUTED
        node.input[:] = [node.input[0], weight, scale]
        unused |= {scaled.output[0], floats.output[0]}
    for place in reversed(range(len(graph.node))):
        if graph.node[place].output[0] in unused:
            del graph.node[place]
    return bytes(model.SerializeToString())


def _is_weight(node: Any, tensors: Dict[str, Any]) -> bool:
    kept = tensors.get(node.input[0]) if node.op_type == "Cast" else None
    return kept is not None and kept.data_type == onnx_format.INT8


def mean_of_words(told: Any) -> Any:
    """Of what the pieces of a text mean [pieces, columns], without the marks of its beginning and end, of length 1."""
    mean = (told[1:-1] if len(told) > 2 else told).mean(axis=0)
    return mean / np.linalg.norm(mean)


class Graph:
    """An ONNX model in the making. What a method returns is the name of its result, for the next one."""

    def __init__(self) -> None:
        self._model = onnx_format.model()
        self._model.ir_version = _IR
        self._model.opset_import.add(domain="", version=_OPSET)
        self._model.opset_import.add(domain=CONTRIBUTED, version=1)
        self._model.graph.name = "text"

    def given(self, name: str, kind: int) -> str:
        """What each text gives."""
        self._model.graph.input.add(name=name).type.tensor_type.elem_type = kind
        return name

    def add(self, operation: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """One step."""
        node = self._model.graph.node.add(op_type=operation, domain=domain, input=inputs)
        node.output.append(f"{operation}{len(self._model.graph.node)}")
        for name, value in attributes.items():
            onnx_format.set_attribute(node, name, value)
        return str(node.output[0])

    def dense(self, rows: str, weights: Any, biases: Any = None) -> str:
        """rows @ weights + biases, where weights [inputs, outputs] are rounded to 8 bits by columns."""
        scale = np.maximum(np.abs(weights).max(axis=0), 1e-12).astype(np.float32) / _LARGEST
        told = [self.kept(np.rint(weights / scale).astype(np.int8)), self.kept(scale)]
        told += [] if biases is None else ["", self.kept(biases)]
        return self.add(_MULTIPLY, rows, *told, domain=CONTRIBUTED)

    def normal(self, rows: str, factors: Any, terms: Any, epsilon: float) -> str:
        """Each row with mean 0 and spread 1, times factors and plus terms."""
        return self.add("LayerNormalization", rows, self.kept(factors), self.kept(terms), epsilon=epsilon)

    def columns(self, rows: str, first: int, end: int) -> str:
        """Some columns of all rows."""
        return self.add("Slice", rows, *(self.kept(np.array([one])) for one in (first, end, 1)))

    def windows(self, rows: str, places: str, columns: int, size: int) -> str:
        """For each row of places the rows that stand there, side by side; behind the last is one of zeros."""
        behind = self.add("Concat", rows, self.kept(np.zeros((1, columns), np.float32)), axis=0)
        return self.add("Reshape", self.add("Gather", behind, places), self.kept(np.array([-1, size * columns])))

    def kept(self, values: Any) -> str:
        """Numbers that are part of the model."""
        name = f"kept{len(self._model.graph.initializer)}"
        onnx_format.add_tensor(self._model.graph, name, values)
        return name

    def finished(self, result: str) -> bytes:
        """The model's file."""
        self._model.graph.output.add(name=result).type.tensor_type.elem_type = onnx_format.FLOAT
        return bytes(self._model.SerializeToString())
