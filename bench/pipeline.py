"""Trains one pipeline of Rasa on given questions and asks it others; reads and writes JSON. Run by bench/nlu.py.

Runs in the nlu environment, on one core, in a process of its own, so that time and memory are the pipeline's own.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ[_threads] = "1"
os.environ.update(RASA_TELEMETRY_ENABLED="false", TF_CPP_MIN_LOG_LEVEL="3", SQLALCHEMY_SILENCE_UBER_WARNING="1")
STOCK: list[dict[str, Any]] = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
]


def main() -> None:
    """The order on standard input, the result on standard output; whatever else is said goes to standard error."""
    order = json.load(sys.stdin)
    out, sys.stdout = sys.stdout, sys.stderr
    if not order["stock"]:
        from nlu.lean import keep_out_what_is_not_used
        from nlu.processor import use_all_of_it

        use_all_of_it()
        keep_out_what_is_not_used()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RASA_CACHE_DIRECTORY"] = folder
        started = time.perf_counter()
        model = _train(order, folder)
        trained = time.perf_counter() - started
        answers = [_ask(*model, text) for text in order["texts"]]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"answers": answers, "training_seconds": trained, "memory_mb": memory}, out)


def _train(order: dict[str, Any], folder: str) -> tuple[Any, str]:
    """The loaded graph of a model trained on the order's questions, and its last node."""
    from rasa.core.agent import load_from_server  # noqa: F401  (imports what a server imports)
    from rasa.engine.loader import load_predict_graph_runner
    from rasa.engine.runner.dask import DaskGraphRunner
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.model_training import _train_graph
    from rasa.shared.data import TrainingType
    from rasa.shared.utils.io import read_config_file

    from nlu.graph_runner import StraightRunner
    from nlu.quiet import log_warnings_only

    log_warnings_only()
    config = read_config_file("config.yml")
    if order["stock"]:
        config["pipeline"] = STOCK
    importer = _importer({**config, "policies": []}, order["train"])
    _train_graph(importer, TrainingType.NLU, folder, "model", force_full_training=True)
    storage = Path(folder, "loaded")
    storage.mkdir()
    metadata, runner = load_predict_graph_runner(
        storage, Path(folder, "model.tar.gz"), LocalModelStorage, DaskGraphRunner
    )
    return StraightRunner(runner), str(metadata.nlu_target)


def _importer(config: dict[str, Any], examples: list[list[str]]) -> Any:
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.training_data.structures import StoryGraph
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from nlu.questions import Question

    data = TrainingData(
        [Question.build(text, intent, example_metadata={"language": language}) for text, intent, language in examples]
    )

    class Given(TrainingDataImporter):
        """What the order says and nothing else."""

        def __init__(self) -> None:
            """Nothing to find."""

        def get_nlu_data(self, language: str | None = "en") -> TrainingData:
            return data

        def get_domain(self) -> Domain:
            return Domain.from_dict({"intents": sorted(data.intents)})

        def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
            return StoryGraph([])

        def get_conversation_tests(self) -> StoryGraph:
            return StoryGraph([])

        def get_config(self) -> dict[str, Any]:
            return config

        def get_config_file_for_auto_config(self) -> str | None:
            return None

    return Given()


def _ask(runner: Any, target: str, text: str) -> dict[str, Any]:
    """What was understood, the first guesses, how sure it is of knowing the question at all, milliseconds."""
    from rasa.core.channels.channel import UserMessage
    from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER

    started, used = time.perf_counter(), time.process_time()
    parsed = runner.run({PLACEHOLDER_MESSAGE: [UserMessage(text)], PLACEHOLDER_TRACKER: None}, [target])[target][0]
    milliseconds = {"ms": (time.perf_counter() - started) * 1000, "cpu_ms": (time.process_time() - used) * 1000}
    intent = parsed.get("intent") or {}
    name = intent.get("full_retrieval_intent_name") or intent.get("name")
    ranking = [one["name"] for one in parsed.get("intent_ranking") or [] if one["name"] != "nlu_fallback"]
    known = parsed.get("known", intent.get("confidence") or 0.0)
    sure = (parsed.get("intent_ranking") or [{"confidence": 0.0}])[0]["confidence"]
    return {"understood": name, "guesses": ranking or [name], "known": known, "confidence": sure, **milliseconds}


if __name__ == "__main__":
    main()
