"""Finds rules and paths that contradict each other, which Rasa tells only at the end of a training."""

from studio.content.contradictions.finding import find_contradictions, find_in

__all__ = ["find_contradictions", "find_in"]
