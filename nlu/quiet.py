"""Logging without residents' words: Rasa's debug lines carry them and cost time even when nobody reads them."""

from __future__ import annotations

import logging

import structlog

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def log_warnings_only() -> None:
    """Both of Rasa's loggers, standard and structlog, say warnings and errors only."""
    logging.basicConfig(level=logging.WARNING, format=FORMAT)
    logging.getLogger("rasa").setLevel(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
