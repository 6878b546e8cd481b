"""Rehearses the assistant before residents meet it: conversations that must work, rendered answers, and comparisons."""
