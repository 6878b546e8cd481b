"""The set-up finds what really runs, among programs that only pretend to."""

import os
import shutil
import sys
from pathlib import Path

import pytest

import bootstrap


def program(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return path


def python_310(path: Path) -> Path:
    """Stands for a Python 3.10 that has all its parts: the check passes, whatever it asks."""
    return program(path, "echo yes")


def shim(path: Path) -> Path:
    """What pyenv leaves on the PATH for a version that is not chosen."""
    return program(path, "echo 'command not found' >&2", "exit 127")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a machine with nothing on it; the project lies there too."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    (tmp_path / "home").mkdir()
    return {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path / "home")}


def test_a_python_on_the_path_is_taken(tmp_path: Path, machine: dict[str, str]) -> None:
    found = python_310(tmp_path / "bin/python3.10")
    assert bootstrap.find_python_310(machine) == str(found)


def test_a_failing_shim_leads_on_to_the_folder_of_versions(tmp_path: Path, machine: dict[str, str]) -> None:
    shim(tmp_path / "bin/python3.10")
    found = python_310(tmp_path / "home/.pyenv/versions/3.10.13/bin/python3.10")
    assert bootstrap.find_python_310(machine) == str(found)


def test_a_folder_of_versions_may_be_named(tmp_path: Path, machine: dict[str, str]) -> None:
    found = python_310(tmp_path / "elsewhere/versions/3.10.2/bin/python3.10")
    assert bootstrap.find_python_310({**machine, "PYENV_ROOT": str(tmp_path / "elsewhere")}) == str(found)


def test_a_named_python_that_is_none_is_refused_in_one_sentence(tmp_path: Path, machine: dict[str, str]) -> None:
    named = shim(tmp_path / "python3.10")
    with pytest.raises(bootstrap.SetupError, match=r"not a Python 3\.10 that runs"):
        bootstrap.find_python_310({**machine, "PYTHON310": str(named)})


def test_without_any_python_uv_fetches_one(tmp_path: Path, machine: dict[str, str]) -> None:
    uv = program(tmp_path / "uv", '[ "$1" = --version ] && echo "uv 0.9.0"', '[ "$2" != find ]')
    assert bootstrap.find_python_310({**machine, "UV": str(uv)}) == "3.10"


def test_without_any_python_and_without_a_network_the_remedies_are_told(
    tmp_path: Path, machine: dict[str, str]
) -> None:
    uv = program(tmp_path / "uv", '[ "$1" = --version ] && echo "uv 0.9.0"')
    with pytest.raises(bootstrap.SetupError, match=r"PYTHON310=/path/to/python3\.10 make run"):
        bootstrap.find_python_310({**machine, "UV": str(uv)})


@pytest.mark.parametrize("answer", ["exit 127", "echo 'pyenv: uv: command not found'", "echo uv 0.1.0"])
def test_a_uv_that_fails_or_is_too_old_is_passed_over(tmp_path: Path, machine: dict[str, str], answer: str) -> None:
    program(tmp_path / "bin/uv", answer)
    good = program(tmp_path / "other/uv", 'echo "uv 0.9.0 (build)"')
    machine["PATH"] += os.pathsep + str(good.parent)
    assert bootstrap.find_uv(machine) == str(good)


def test_an_environment_is_fresh_until_its_lock_file_changes_or_it_moves(tmp_path: Path) -> None:
    project = tmp_path / "here"
    (project / ".venv/bin").mkdir(parents=True)
    (project / ".venv/bin/python").symlink_to(sys.executable)
    (project / "pyproject.toml").write_text("[project]")
    (project / "uv.lock").write_text("version = 1")
    assert not bootstrap.is_fresh(project)
    bootstrap.write_stamp(project)
    assert bootstrap.is_fresh(project)
    moved = Path(shutil.copytree(project, tmp_path / "there", symlinks=True))
    assert not bootstrap.is_fresh(moved)
    (project / "uv.lock").write_text("version = 2")
    assert not bootstrap.is_fresh(project)
