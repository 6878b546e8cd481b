"""What the pages promise is what the code does: settings, actions, dependencies, links."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.house.source_tree import ROOT, each, sources, tree

PLACEHOLDER_VERSION = "999.9.9"


def environment_names(path: Path) -> set[str]:
    """Names in capitals that a file reads from the environment, whichever way it does."""
    readers = {"get", "getenv", "setting", "_setting", "pop"}
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            name = node.args[0].value
            if called in readers and isinstance(name, str) and re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+", name):
                found.add(name)
    return found


def test_every_setting_is_documented_as_the_code_has_it() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "bot.cli", "settings", "--markdown"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    page = (ROOT / "docs/settings.md").read_text("utf-8")
    assert printed in page, "docs/settings.md is behind: put the output of `assistant settings --markdown` into it"


def test_every_name_that_a_part_reads_from_the_environment_is_documented() -> None:
    page = (ROOT / "docs/settings.md").read_text("utf-8")
    missing = {name: path.name for path in sources() for name in environment_names(path) if f"`{name}`" not in page}
    assert not missing, f"not in docs/settings.md: {missing}"


def test_every_action_in_the_domain_exists_and_the_reverse() -> None:
    files = [ROOT / "domain.yml", *ROOT.glob("data/topics/*/forms.yml")]
    parts = [YAML(typ="safe").load(path.read_text("utf-8")) for path in files]
    listed = {name for part in parts for name in part.get("actions", []) if isinstance(name, str)}
    assert listed == {*written_actions()}


def written_actions() -> set[str]:
    """What the action classes in actions/ call themselves, asked of the running code as rasa-sdk finds it."""
    code = (
        "from rasa_sdk.executor import ActionExecutor\n"
        "executor = ActionExecutor(); executor.register_package('actions')\n"
        "print('\\n'.join(item.name for item in executor.list_actions()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {line.strip() for line in done.stdout.splitlines() if re.fullmatch(r"\s*[a-z]+_[a-z_0-9]+\s*", line)}


def dependencies() -> set[str]:
    names = set()
    for file in ("pyproject.toml", "nlu/pyproject.toml"):
        project = tomllib.loads((ROOT / file).read_text("utf-8"))
        wanted = [*project["project"]["dependencies"], *project.get("dependency-groups", {}).get("dev", [])]
        names |= {re.split(r"[\s\[<>=!~;]", requirement)[0] for requirement in wanted}
    return names


def test_every_dependency_is_explained() -> None:
    page = (ROOT / "docs/dependencies.md").read_text("utf-8")
    missing = sorted(name for name in dependencies() if f"| {name} |" not in page)
    assert not missing, f"not in docs/dependencies.md: {missing}"


def test_no_explained_dependency_is_gone() -> None:
    page = (ROOT / "docs/dependencies.md").read_text("utf-8")
    explained = set(re.findall(r"^\| ([a-z0-9][a-z0-9_-]*) \|", page, re.MULTILINE))
    assert explained - dependencies() - {"name", "uv"} == set()


@pytest.mark.parametrize("lock", ["uv.lock", "nlu/uv.lock"])
def test_no_locked_package_is_a_placeholder(lock: str) -> None:
    packages = tomllib.loads((ROOT / lock).read_text("utf-8"))["package"]
    assert [package["name"] for package in packages if package.get("version") == PLACEHOLDER_VERSION] == []


def pages() -> list[Path]:
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").rglob("*.md")]
    return sorted(found)


@each(pages())
def test_every_link_between_pages_leads_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    here = [target.split("#")[0] for target in targets if not target.startswith(("http:", "https:", "mailto:", "#"))]
    missing = [target for target in here if not (path.parent / target).exists()]
    assert not missing, f"{path.name} links to {missing}"
