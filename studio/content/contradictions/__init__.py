"""Finds rules and paths that contradict each other, which Rasa tells only at the end of a training."""
