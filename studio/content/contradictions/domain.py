"""From domain.yml and config.yml: slots, forms, labels and policies."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from studio.content.contradictions.dialogue import Domain, Policies, Slot


def domain_of(parts: Iterable[Mapping[str, Any]], unlisted_hear_labels: bool = True) -> Domain:
    """One domain from the parsed domain files and topic parts."""
    slots: dict[str, Slot] = {}
    forms: dict[str, Any] = {}
    intents: list[Any] = []
    entities: list[Any] = []
    fill = True
    for part in parts:
        slots.update({str(name): _slot(str(name), given) for name, given in _pairs(part.get("slots"))})
        forms.update(_pairs(part.get("forms")))
        intents += _items(part.get("intents"))
        entities += _items(part.get("entities"))
        config = part.get("config")
        fill = fill and not (isinstance(config, Mapping) and config.get("store_entities_as_slots") is False)
    if forms:
        slots.setdefault("requested_slot", Slot("requested_slot", "text", influences=False))
    used = {str(name): _used(given, entities) for name, given in _named(intents)}
    return Domain(slots, frozenset(str(name) for name in forms), used, fill, unlisted_hear_labels)


def policies_of(config: Any) -> Policies:
    """What config.yml says of the rules and of how far paths look back."""
    listed = _items(config.get("policies")) if isinstance(config, Mapping) else []
    policies = [each for each in listed if isinstance(each, Mapping)]
    if not policies:
        return Policies()
    rules = next((each for each in policies if str(each.get("name")).endswith("RulePolicy")), None)
    name = str((rules or {}).get("core_fallback_action_name", "action_default_fallback"))
    enabled = (rules or {}).get("enable_fallback_prediction", True)
    return Policies(
        rules=rules is not None,
        check_contradictions=bool((rules or {}).get("check_for_contradictions", True)),
        restrict_rules=bool((rules or {}).get("restrict_rules", True)),
        fallback=name if enabled else None,
        max_history=_history(policies),
    )


def _history(policies: list[Mapping[str, Any]]) -> int | None:
    """The longest look back of any policy that learns paths."""
    lengths = [
        each.get("max_history", 5 if "Memoization" in str(each.get("name")) else None)
        for each in policies
        if not str(each.get("name")).endswith("RulePolicy")
    ]
    if not lengths:
        return 5
    return None if None in lengths else max(int(length) for length in lengths if length is not None)


def _slot(name: str, given: Any) -> Slot:
    given = given if isinstance(given, Mapping) else {}
    kind = str(given.get("type", "any"))
    values = tuple(str(value).lower() for value in _items(given.get("values")) if value is not None)
    mappings = tuple(each for each in _items(given.get("mappings")) if isinstance(each, Mapping))
    return Slot(
        name,
        kind,
        influences=bool(given.get("influence_conversation", kind != "any")),
        initial=given.get("initial_value"),
        values=values,
        low=float(given.get("min_value", 0.0)),
        high=float(given.get("max_value", 1.0)),
        mappings=mappings,
    )


def _used(given: Any, entities: list[Any]) -> frozenset[str]:
    """The labels that a question listens to, with their roles and groups."""
    known = dict(_named(entities))
    ignored = [name for name, more in known.items() if _silent(more)]
    given = given if isinstance(given, Mapping) else {}
    use = given.get("use_entities", True)
    wanted = [name for name in known if name not in ignored] if use is True else _items(use)
    left_out = _items(given.get("ignore_entities", ignored))
    return frozenset(_with_parts(wanted, known)) - frozenset(_with_parts(left_out, known))


def _silent(more: Any) -> bool:
    return isinstance(more, Mapping) and more.get("influence_conversation") is False


def _with_parts(names: Iterable[Any], known: Mapping[str, Any]) -> Iterator[str]:
    for name in names:
        yield str(name)
        more = known.get(str(name))
        if isinstance(more, Mapping):
            for part in ("roles", "groups"):
                yield from (f"{name}#{each}" for each in _items(more.get(part)))


def _named(items: list[Any]) -> Iterator[tuple[str, Any]]:
    for item in items:
        if isinstance(item, Mapping):
            yield from ((str(name), given) for name, given in item.items())
        else:
            yield str(item), None


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    return list(value.items()) if isinstance(value, Mapping) else []


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
