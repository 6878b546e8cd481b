"""Runs the model's graph node after node: Rasa's Dask runner plans the same few nodes anew on each message."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner

from nlu.rules import IndexedRulePolicy

Plan = List[Tuple[str, List[str]]]  # (node, the nodes and inputs that it needs), in running order


class StraightRunner:
    """Takes over the loaded nodes of a DaskGraphRunner."""

    def __init__(self, runner: DaskGraphRunner) -> None:
        self._nodes = runner._instantiated_nodes
        self._schema: GraphSchema = runner._graph_schema
        self._plans: Dict[Tuple[str, ...], Plan] = {}
        for node in self._nodes.values():
            IndexedRulePolicy.take_over(node._component)

    def run(self, inputs: Optional[Dict[str, Any]] = None, targets: Optional[List[str]] = None) -> Dict[str, Any]:
        """The targets' outputs by name."""
        wanted = tuple(targets or self._schema.target_names)
        if wanted not in self._plans:
            self._plans[wanted] = _plan(self._schema.minimal_graph_schema(list(wanted)))
        results: Dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._plans[wanted]:
            results[name] = self._nodes[name](*(results.get(need, need) for need in needs))
        return {name: results[name][1] for name in wanted}


def _plan(schema: GraphSchema) -> Plan:
    waiting = {name: list(node.needs.values()) for name, node in schema.nodes.items()}
    plan: Plan = []
    while waiting:
        ready = [name for name, needs in waiting.items() if not any(need in waiting for need in needs)]
        if not ready:
            raise ValueError(f"the model's graph has a circle: {sorted(waiting)}")
        plan += [(name, waiting.pop(name)) for name in ready]
    return plan
