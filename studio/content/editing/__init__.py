"""Changes content files in as few lines as possible; comments, order and manner stay."""

from studio.content.editing.answers import (
    AddAnswer,
    AddButton,
    AddVariation,
    ChangeButton,
    RemoveAnswer,
    RemoveButton,
    RemoveVariation,
    SetMetadata,
    SetText,
    Which,
)
from studio.content.editing.errors import EditError
from studio.content.editing.merging import Clash, Merged, merge
from studio.content.editing.questions import (
    AddExample,
    AddQuestion,
    ChangeExample,
    MarkLabel,
    RemoveExample,
    RemoveQuestion,
    SetTitle,
)
from studio.content.editing.rewriting import rewrite
from studio.content.editing.saving import Saved, Stale, edit, read, save, show_diff, version_of, write
from studio.content.editing.tracks import AddPath, AddStep, ChangeStep, MoveStep, RemovePath, RemoveStep, RenamePath

__all__ = [
    "AddAnswer",
    "AddButton",
    "AddExample",
    "AddPath",
    "AddQuestion",
    "AddStep",
    "AddVariation",
    "ChangeButton",
    "ChangeExample",
    "ChangeStep",
    "Clash",
    "EditError",
    "MarkLabel",
    "Merged",
    "MoveStep",
    "RemoveAnswer",
    "RemoveButton",
    "RemoveExample",
    "RemovePath",
    "RemoveQuestion",
    "RemoveStep",
    "RemoveVariation",
    "RenamePath",
    "Saved",
    "SetMetadata",
    "SetText",
    "SetTitle",
    "Stale",
    "Which",
    "edit",
    "merge",
    "read",
    "rewrite",
    "save",
    "show_diff",
    "version_of",
    "write",
]
