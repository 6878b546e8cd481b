"""Reads many texts with a trained model and no server, nor Rasa: JSON lines in, JSON lines out."""

from __future__ import annotations

import io
import json
import sys
import tarfile
from pathlib import Path
from typing import Any, Dict, Iterable, List, TextIO

import joblib

from nlu.entity_patterns import LANGUAGES, found, pipeline, within_reason
from nlu.reader import DEFAULTS, FILE, Reader
from nlu.training import MODEL

_CLASSIFIER = "nlu.classifier.QuestionClassifier"
_LONGEST = 2_000  # characters that are looked at for entities, as in nlu/entities.py


class NoModel(Exception):
    """There is no model to read with; the text says what to do."""


class Parser:
    """A trained model without its dialogue: what a text asks and the entities in it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._pipelines = {language: pipeline(language) for language in LANGUAGES}

    @classmethod
    def of(cls, models: Path) -> "Parser":
        """Of the model in a folder. Raises NoModel."""
        try:
            with tarfile.open(str(models / MODEL)) as archive:
                parts = {member.name.rpartition("/")[2]: member for member in archive.getmembers()}
                nodes = json.loads(_bytes(archive, parts["metadata.json"]))["predict_schema"]["nodes"]
                learned = joblib.load(io.BytesIO(_bytes(archive, parts[FILE])))
        except (OSError, KeyError, ValueError, AttributeError, tarfile.TarError) as error:
            raise NoModel(f"No usable model in {models} ({error}). Train one first: python -m nlu train") from error
        config = next(node["config"] for node in nodes.values() if node["uses"] == _CLASSIFIER)
        return cls(Reader(learned, {**DEFAULTS, **config}))

    def parse(self, text: str, language: str = "en", about: Iterable[str] = ()) -> Dict[str, Any]:
        """`about`: the full names of what was asked before, the last one first."""
        told = self._reader.understood(text, list(about), language)
        ranking = [[one["name"], one["confidence"]] for one in told["intent_ranking"]]
        intent = told["intent"]
        return {
            "intent": intent.get("full_retrieval_intent_name") or intent["name"],
            "confidence": intent["confidence"], "known": told["known"], "ranking": ranking,
            "entities": self._entities(text, language),
        }  # fmt: skip

    def _entities(self, text: str, language: str) -> List[Dict[str, Any]]:
        nlp = self._pipelines.get(language, self._pipelines[LANGUAGES[0]])
        readable = text[:_LONGEST].encode("utf-8", "replace").decode()
        return [{key: one[key] for key in ("entity", "value", "start", "end")} for one in
                found(nlp(within_reason(readable)))]  # fmt: skip


def run(models: Path, given: TextIO = sys.stdin, out: TextIO = sys.stdout) -> int:
    """A line is answered before the next is read, so that a program may keep this open; returns an exit code."""
    try:
        parser = Parser.of(models)
    except NoModel as error:
        print(error, file=sys.stderr)
        return 1
    for number, line in enumerate(given, 1):
        try:
            asked = json.loads(line)
            told = parser.parse(str(asked["text"]), str(asked.get("language") or "en"), asked.get("about") or [])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            print(f'Line {number} must be like {{"text": "...", "language": "en"}}: {error}', file=sys.stderr)
            return 1
        print(json.dumps(told), file=out, flush=True)
    return 0


def _bytes(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    return file.read() if file else b""
