"""What every file of ours looks like."""

import ast
import re
import warnings
from pathlib import Path

from tests.house.source_tree import ROOT, each, sources, tree

# One loop or door each: whatever breaks inside becomes a log line and honest words (in Rasa: a 5xx), and it goes on.
BROAD_EXCEPT = {
    "channels/middleware.py",
    "studio/web/middleware.py",
    "studio/web/jobs.py",
    "bot/worker.py",
    "bot/turn.py",
    "bot/sms/delivery.py",
    "actions/base.py",
    "nlu/channel.py",
    "nlu/following.py",
}
FORBIDDEN_NAMES = {"utils.py", "util.py", "helpers.py", "helper.py", "common.py", "manager.py", "misc.py"}
LONG_FILE = 250


def test_nothing_opens_a_file_or_a_connection_when_imported() -> None:
    """A module's own level holds definitions only: no open(), no read_text(), no connect()."""
    acting = {"open", "read_text", "read_bytes", "connect", "create_engine", "urlopen", "run", "Popen"}
    for path in sources():
        for node in tree(path).body:
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr):
                calls = [call.func for call in ast.walk(node) if isinstance(call, ast.Call)]
                names = {f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "") for f in calls}
                assert not names & acting, f"{path.relative_to(ROOT)}:{node.lineno} acts when it is imported"


@each(sources())
def test_a_module_opens_with_a_sentence(path: Path) -> None:
    words = ast.get_docstring(tree(path))
    assert words and words.split("\n")[0].rstrip().endswith((".", "?", "`).", ":")), (
        f"{path}: say what it is, in one sentence"
    )


@each(sources())
def test_only_the_loops_catch_everything(path: Path) -> None:
    if str(path.relative_to(ROOT)) in BROAD_EXCEPT:
        return
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            raises_again = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
            broad = re.search(r"\b(Exception|BaseException|everything)\b", caught)
            assert not broad or raises_again, f"line {node.lineno}: catch what you can handle, not {caught}"


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert not [path for path in sources() if path.name in FORBIDDEN_NAMES]


def test_long_files_are_pointed_out() -> None:
    for path in sources():
        if (lines := len(path.read_text("utf-8").splitlines())) > LONG_FILE:
            warnings.warn(f"{path.relative_to(ROOT)} has {lines} lines: is it still one idea?", stacklevel=1)
