"""What a slot's value looks like to the dialogue: only this much of it can change the next step."""

from typing import Any

from studio.content.contradictions.dialogue import UNSET, Slot

Feature = tuple[float, ...]


def stored(slot: Slot, value: Any) -> Any:
    """What the slot keeps of a value: a list slot makes a list of it."""
    return [value] if slot.kind == "list" and value and not isinstance(value, list) else value


def seen(slot: Slot, value: Any) -> str | Feature | None:
    """What a state shows of the slot; None if it shows nothing."""
    if not slot.has_features:
        return None
    feature = _feature(slot, value)
    if not feature:
        return None
    if value == UNSET:
        return UNSET
    return feature if any(feature) else None


def _feature(slot: Slot, value: Any) -> Feature:
    match slot.kind:
        case "bool":
            return _yes_or_no(value)
        case "float":
            return _share(slot, value)
        case "list":
            return (1.0 if isinstance(value, (list, str, dict)) and len(value) > 0 else 0.0,)
        case "categorical":
            return _one_of(slot.values, value)
        case _:
            return (1.0 if value is not None else 0.0,)


def _yes_or_no(value: Any) -> Feature:
    if isinstance(value, (bool, int, float)):
        return (1.0, float(value == 1.0))
    if isinstance(value, str):
        word = value.strip().lower()
        if value.isnumeric():
            return (1.0, float(float(value) == 1.0))
        if word in ("true", "false"):
            return (1.0, float(word == "true"))
    return (0.0, 0.0)


def _share(slot: Slot, value: Any) -> Feature:
    try:
        capped = max(slot.low, min(slot.high, float(value)))
    except (TypeError, ValueError):
        return (0.0, 0.0)
    return (1.0, (capped - slot.low) / (abs(slot.high - slot.low) or 1))


def _one_of(values: tuple[str, ...], value: Any) -> Feature:
    """A value that is not listed counts as the last one, which stands for all others."""
    if value is None:
        return (0.0,) * (len(values) + 1)
    word = str(value).lower()
    at = values.index(word) if word in values else len(values)
    return tuple(float(index == at) for index in range(len(values) + 1))
