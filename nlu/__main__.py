"""`python -m nlu serve`, `train`, `parse`, `render`: what `rasa run` and `rasa train` do, in less time and memory."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from pathlib import Path

from nlu.processor import use_all_of_it


def main() -> None:
    """Reads the arguments; Rasa is imported only after its surroundings are set."""
    arguments = _arguments()
    _surroundings()
    if arguments.command == "parse":  # without Rasa: it starts in a second
        from nlu import parsing

        sys.exit(parsing.run(arguments.models))
    if arguments.command == "render":
        from nlu import rendering

        sys.exit(rendering.run(Path()))
    from nlu.lean import keep_out_what_is_not_used

    keep_out_what_is_not_used()
    if arguments.command == "train":
        from nlu.training import train

        sys.exit(train(arguments.models, arguments.force))
    from nlu.serving import serve

    sys.exit(serve(arguments.models, arguments.interface, arguments.port))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m nlu", description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("models"), help="folder of the trained model")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="answer messages at /webhooks/assistant/")
    serve.add_argument("--interface", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=5005)
    train = commands.add_parser("train", help="train if the content changed since the last model")
    train.add_argument("--force", action="store_true", help="train even if nothing changed")
    commands.add_parser("parse", help='read JSON lines {"text", "language", "about"} and write what each asks')
    commands.add_parser("render", help="write every wording of every answer as a JSON line, blanks filled and empty")
    return parser.parse_args()


def _surroundings() -> None:
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    use_all_of_it()
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    warnings.simplefilter("ignore", DeprecationWarning)  # Rasa's dependencies are frozen; nobody will heed them
    for said_for_nothing in (
        "Slot auto-fill has been removed",  # at every start
        "You have defined training data with examples for training a response selector",  # nlu/classifier.py is one
        "The following duplicated intents have been found across multiple domain files",  # Rasa adds them twice itself
    ):
        warnings.filterwarnings("ignore", message=said_for_nothing)


if __name__ == "__main__":
    main()
