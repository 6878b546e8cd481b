"""The parts of the ONNX file format that are needed here; their numbers stand in onnx.proto of the ONNX project.

The library that writes such files takes 64 MB and most of a second to import, which every start would wait for.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict

import numpy as np
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

FLOAT, INT8, INT64 = 1, 3, 7  # TensorProto.DataType
_KINDS = {"float32": FLOAT, "int8": INT8, "int64": INT64}
_ATTRIBUTES = {float: ("f", 1), int: ("i", 2), list: ("ints", 7)}  # AttributeProto.AttributeType
_FIELDS = {  # protobuf keeps what is not named when a file is read and written again
    "Opset": "domain:1:string version:2:int64",
    "Tensor": "dims:1:int64* data_type:2:int32 name:8:string raw_data:9:bytes",
    "Attribute": "name:1:string f:2:float i:3:int64 ints:8:int64* type:20:int32",
    "Node": "input:1:string* output:2:string* op_type:4:string attribute:5:Attribute* domain:7:string",
    "TensorType": "elem_type:1:int32",
    "Type": "tensor_type:1:TensorType",
    "Value": "name:1:string type:2:Type",
    "Graph": "node:1:Node* name:2:string initializer:5:Tensor* input:11:Value* output:12:Value*",
    "Model": "ir_version:1:int64 graph:7:Graph opset_import:8:Opset*",
}


def model(content: bytes = b"") -> Any:
    """The model in a file, or an empty one."""
    return _classes()["Model"].FromString(content)


def add_tensor(graph: Any, name: str, values: Any) -> None:
    """Numbers of one of the three kinds as part of a graph."""
    kind = _KINDS[values.dtype.name]
    graph.initializer.add(name=name, dims=values.shape, data_type=kind, raw_data=np.ascontiguousarray(values).tobytes())


def set_attribute(node: Any, name: str, value: Any) -> None:
    """A number or whole numbers that a node's operation asks for."""
    field, kind = _ATTRIBUTES[type(value)]
    node.attribute.add(name=name, type=kind, **{field: value})


@lru_cache(maxsize=None)
def _classes() -> Dict[str, Any]:
    """All are kept: protobuf's own code crashes when the class of a part is forgotten before the part."""
    file = descriptor_pb2.FileDescriptorProto(name="nlu/onnx.proto", package="nlu.onnx")
    for name, fields in _FIELDS.items():
        message = file.message_type.add(name=name)
        for field in fields.split():
            own, number, kind = field.rstrip("*").split(":")
            told = message.field.add(name=own, number=int(number), label=3 if field.endswith("*") else 1)
            if kind in _FIELDS:
                told.type, told.type_name = told.TYPE_MESSAGE, f".nlu.onnx.{kind}"
            else:
                told.type = getattr(told, f"TYPE_{kind.upper()}")
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(file.SerializeToString())
    types = {name: pool.FindMessageTypeByName(f"nlu.onnx.{name}") for name in _FIELDS}
    return {name: message_factory.GetMessageClass(own) for name, own in types.items()}
