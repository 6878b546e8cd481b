"""The smallest change of a file's text that gives it a new meaning."""

from typing import Any

from studio.content.editing.aligning import aligned, mark
from studio.content.editing.block import Entry, added_after, added_before, is_spaced, removed
from studio.content.editing.errors import EditError
from studio.content.editing.flow import flow_added, flow_removed
from studio.content.editing.lines import literal_changed
from studio.content.editing.rendering import Manner, closest, column, manner_of, pair, quote_of, render
from studio.content.editing.scalars import written
from studio.content.editing.splices import Splice, spliced
from studio.content.editing.tree import Node, parse, same


def rewrite(text: str, new: Any) -> str:
    """The text, changed in as few lines as possible so that it means `new`. Raises EditError if that fails."""
    root = parse(text)
    if root is not None and same(root.data(), new):
        return text
    changed = _whole(text, new, manner_of(text, root)) if root is None else _Rewriter(text, root).rewritten(new)
    try:
        after = parse(changed)
    except EditError as error:
        raise EditError("This change cannot be written into the file safely. Nothing was changed.") from error
    if not same(after.data() if after else None, new):
        raise EditError("This change would alter something else in the file. Nothing was changed.")
    return changed


def _whole(text: str, new: Any, manner: Manner) -> str:
    between = "" if not text or text == "\ufeff" or text.endswith("\n") else manner.eol
    return text + between + render(new, 0, manner, None) + manner.eol


class _Rewriter:
    def __init__(self, text: str, root: Node) -> None:
        self._text = text
        self._root = root
        self._manner = manner_of(text, root)
        self._splices: list[Splice] = []

    def rewritten(self, new: Any) -> str:
        root = self._root
        if not self._changed(root, new, flow=False):
            at = column(self._text, root.start)
            self._splices = [Splice(root.start, root.end, render(new, at, self._manner, root))]
        return spliced(self._text, self._splices)

    def _changed(self, node: Node, new: Any, flow: bool) -> bool:
        """Note what turns the part into `new`; False if it must be written afresh."""
        if same(node.data(), new):
            return True
        if node.borrowed:
            raise EditError("This is a reference to another place in the file. Change it there.")
        flow = flow or node.flow
        if node.kind == "map" and isinstance(new, dict):
            return self._map(node, new, flow)
        if node.kind == "list" and isinstance(new, list):
            return self._list(node, new, flow)
        if node.kind == "scalar" and not isinstance(new, (dict, list)):
            self._scalar(node, new, flow)
            return True
        return False

    def _scalar(self, node: Node, new: Any, flow: bool) -> None:
        if node.style in ("|", ">") and isinstance(new, str):
            block = literal_changed(self._text, node, new, self._manner.eol)
            if block is not None:
                self._splices.append(block)
                return
        gap = " " if node.start == node.end else ""
        self._splices.append(Splice(node.start, node.end, gap + written(new, quote_of(node), flow)))

    def _list(self, node: Node, new: list[Any], flow: bool) -> bool:
        old = [item.data() for item in node.items]
        origin = aligned(old, new)
        if not any(at is not None for at in origin):
            return False
        for at, value in zip(origin, new, strict=True):
            if at is not None and not self._changed(node.items[at], value, flow):
                self._afresh(node.items[at], value, flow)
        entries = [Entry(self._dash(node, item), item.end) for item in node.items]
        stay = {at for at in origin if at is not None}
        gone = {mark(old[at]): node.items[at] for at in range(len(old)) if at not in stay}
        written_items = [
            None if at is not None else self._item(node, value, gone.get(mark(value)), flow)
            for at, value in zip(origin, new, strict=True)
        ]
        self._arrange(node, entries, origin, written_items)
        return True

    def _item(self, node: Node, value: Any, moved: Node | None, flow: bool) -> str:
        at = column(self._text, node.start) + 2
        if moved is not None and moved.kind == "scalar" and moved.style not in ("|", ">"):
            return self._text[moved.start : moved.end] if flow else "- " + self._text[moved.start : moved.end]
        if moved is not None and (moved.flow or column(self._text, moved.start) == at):
            return self._text[moved.start : moved.end] if flow else "- " + self._text[moved.start : moved.end]
        like = closest(node, value)
        return render(value, 0, self._manner, like, True) if flow else "- " + render(value, at, self._manner, like)

    def _map(self, node: Node, new: dict[Any, Any], flow: bool) -> bool:
        old = [key.value for key, _ in node.pairs]
        names = _renamed(node, new)
        if not any(names.get(key, key) in new for key in old):
            return False
        back = {after: before for before, after in names.items()}
        for key, value in node.pairs:
            name = names.get(key.value, key.value)
            if name not in new:
                continue
            if name != key.value:
                self._splices.append(Splice(key.start, key.end, written(name, quote_of(key), flow)))
            if not self._changed(value, new[name], flow):
                self._value_afresh(key, name, value, new[name], flow)
        entries = [
            Entry(key.start, max(value.end if not value.borrowed else 0, key.end + 1)) for key, value in node.pairs
        ]
        positions = {key: at for at, key in enumerate(old)}
        origin = [positions.get(back.get(key, key)) for key in new]
        at = column(self._text, node.pairs[0][0].start)
        fresh = [
            None if place is not None else self._pair(node, key, value, at, flow)
            for place, (key, value) in zip(origin, new.items(), strict=True)
        ]
        self._arrange(node, entries, origin, fresh)
        return True

    def _pair(self, node: Node, key: Any, value: Any, at: int, flow: bool) -> str:
        like = self._like(node, key, value)
        if flow:
            return f"{written(key, '', True)}: {render(value, 0, self._manner, like, True)}"
        return pair(key, value, at, self._manner, like)

    def _like(self, node: Node, key: Any, value: Any) -> Node | None:
        """A value to take after: the same name in a neighbor, else a value of the same kind here."""
        kind = "map" if isinstance(value, dict) else "list" if isinstance(value, list) else "scalar"
        for other in self._neighbors(node):
            found = other.get(key)
            if found is not None and found.kind == kind:
                return found
        here = [child for child in node.children if child.kind == kind and child.style not in ("|", ">")]
        return here[-1] if here and kind != "scalar" else None

    def _neighbors(self, node: Node) -> list[Node]:
        """Maps that stand beside this one, or at the same place in their parents, nearest first."""
        found: list[tuple[int, Node]] = []
        stack = [self._root]
        while stack:
            each = stack.pop()
            if each.kind == "map" and each is not node:
                found.append((abs(each.start - node.start), each))
            stack += each.children
        return [each for _, each in sorted(found, key=lambda one: one[0])]

    def _arrange(self, node: Node, entries: list[Entry], origin: list[int | None], fresh: list[str | None]) -> None:
        """Take out what is gone and put in what is new, each behind the entry that it follows."""
        kept = {at for at in origin if at is not None}
        gone = [at for at in range(len(entries)) if at not in kept]
        spaced = is_spaced(self._text, entries)
        if node.flow:
            self._splices += flow_removed(entries, gone)
        else:
            self._splices += removed(self._text, entries, gone)
        before: int | None = None
        ahead: list[str] = []
        behind: dict[int, list[str]] = {}
        for place, text in zip(origin, fresh, strict=True):
            if place is not None:
                before = place if before is None else max(before, place)
            elif text is not None:
                (ahead if before is None else behind.setdefault(before, [])).append(text)
        eol = self._manner.eol
        for at, texts in behind.items():
            if node.flow:
                self._splices += flow_added(entries[at].end, texts)
            else:
                self._splices.append(added_after(self._text, entries, at, texts, eol, spaced))
        if ahead:
            first = entries[min(kept)]
            if node.flow:
                self._splices.append(Splice(first.head, first.head, "".join(text + ", " for text in ahead)))
            else:
                self._splices.append(added_before(self._text, first, ahead, eol, spaced))

    def _afresh(self, item: Node, value: Any, flow: bool) -> None:
        at = column(self._text, item.start)
        gap = " " if item.start == item.end else ""
        self._splices.append(Splice(item.start, item.end, gap + render(value, at, self._manner, item, flow)))

    def _value_afresh(self, key: Node, name: Any, value: Node, new: Any, flow: bool) -> None:
        """A value of another kind than before is written anew, behind its name."""
        at = column(self._text, key.start)
        like = value if value.kind != "scalar" and value.children else None
        if flow:
            text = f"{written(name, quote_of(key), True)}: {render(new, 0, self._manner, like, True)}"
        else:
            text = pair(name, new, at, self._manner, like)
        self._splices = [each for each in self._splices if not (key.start <= each.start and each.end <= key.end)]
        self._splices.append(Splice(key.start, max(value.end, key.end + 1), text))

    def _dash(self, node: Node, item: Node) -> int:
        """Where the dash of a list's item stands; the item itself between brackets."""
        if node.flow:
            return item.start
        at = column(self._text, node.start)
        position = item.start
        while position >= node.start:
            start = position - column(self._text, position)
            if self._text[start + at : start + at + 1] == "-" and start + at <= item.start:
                return start + at
            position = start - 1
        raise EditError("This list is written in a way that cannot be changed here.")


def _renamed(node: Node, new: dict[Any, Any]) -> dict[Any, Any]:
    """Names that only changed: what is gone and what is new stand at the same place."""
    old = [key.value for key, _ in node.pairs]
    gone = [key for key in old if key not in new]
    come = [key for key in new if key not in old]
    order = list(new)
    if not gone or len(gone) != len(come):
        return {}
    values = {key.value: value.data() for key, value in node.pairs}
    alike = [
        (before, after)
        for before, after in zip(gone, come, strict=True)
        if same(values[before], new[after]) or (old.index(before) == order.index(after) and len(old) == len(order))
    ]
    return dict(alike) if len(alike) == len(gone) else {}
