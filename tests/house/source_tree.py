"""What the house tests read: the product's Python files, their syntax trees and their imports."""

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("bot", "channels", "actions", "agency", "phone", "studio", "nlu")


@cache
def sources() -> list[Path]:
    """Every Python file that is part of the product."""
    files = ((Path(folder), name) for top in OURS for folder, names in _walk(ROOT / top) for name in names)
    return sorted(folder / name for folder, name in files if name.endswith(".py"))


def _walk(top: Path) -> Iterator[tuple[str, list[str]]]:
    for folder, below, names in os.walk(top):
        below[:] = [name for name in below if name not in (".venv", "__pycache__")]
        yield folder, names


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def each(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=[str(path.relative_to(ROOT)) for path in paths])


def imports(path: Path) -> Iterator[str]:
    """Full names of everything of ours that a file imports, inside functions too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
