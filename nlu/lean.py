"""Keeps TensorFlow and other people's chat channels out of the process: Rasa imports them, we never use them."""

from __future__ import annotations

import importlib.machinery
import sys
import types
from importlib.abc import Loader, MetaPathFinder
from typing import Any, Optional, Sequence

# Seconds and hundreds of megabytes at each start; measured by bench/nlu_turns.py.
ABSENT = {
    *("tensorflow", "tensorflow_hub", "tensorflow_text", "keras", "jax", "matplotlib"),
    *("aiogram", "fbmessenger", "mattermostwrapper", "rocketchat_API", "slack_sdk", "socketio", "twilio"),
    "webexteamssdk",
}


class _AnythingType(type):
    """Whatever is asked of it is there and does nothing, so that class bodies and decorators still work."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return Anything


class Anything(metaclass=_AnythingType):
    """Stands for every class and function of an absent package."""


class _Package(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything


class _Absent(MetaPathFinder, Loader):
    def find_spec(
        self, fullname: str, path: Optional[Sequence[str]], target: Optional[types.ModuleType] = None
    ) -> Optional[importlib.machinery.ModuleSpec]:
        if fullname.split(".")[0] not in ABSENT:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Package(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing to run."""


def keep_out_what_is_not_used() -> None:
    """Call before the first import of rasa; `rasa ...` itself still works with the real packages."""
    if "tensorflow" in sys.modules:
        raise RuntimeError("too late: TensorFlow is imported already")
    sys.meta_path.insert(0, _Absent())
