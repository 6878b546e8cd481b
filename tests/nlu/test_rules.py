"""The index over the rules changes how long a decision takes, never which one it is."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.nlu.conftest import PYTHON, Rasa

SCRIPT = """
import json, random, sys
from nlu.lean import keep_out_what_is_not_used
keep_out_what_is_not_used()
from rasa.core.agent import Agent
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.events import ActionExecuted, ActiveLoop, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from nlu.rules import IndexedRulePolicy

processor = Agent.load("models/assistant.tar.gz").processor
nodes = processor.graph_runner._instantiated_nodes.values()
policy = next(node._component for node in nodes if type(node._component) is RulePolicy)
domain, chance = processor.domain, random.Random(7)

def conversation(number):
    tracker = DialogueStateTracker(str(number), domain.slots)
    for turn in range(chance.randint(0, 4)):
        tracker.update(ActionExecuted("action_listen"))
        tracker.update(UserUttered("words", intent={"name": chance.choice(domain.intents), "confidence": 1.0}))
        if domain.form_names and chance.random() < 0.3:
            tracker.update(ActiveLoop(chance.choice([None, *domain.form_names])))
        for _ in range(chance.randint(0, 2)):
            tracker.update(ActionExecuted(chance.choice(domain.action_names_or_texts)))
    return tracker

def decisions():
    found = [policy._predict(tracker, domain) for tracker in conversations]
    return [[p.probabilities, source, p.hide_rule_turn, list(map(str, p.events))] for p, source in found]

conversations = list(map(conversation, range(300)))
stock = decisions()
IndexedRulePolicy.take_over(policy)
ours = decisions()
json.dump({"class": type(policy).__name__, "differ": sum(a != b for a, b in zip(stock, ours)),
           "kinds": len({json.dumps(p[1]) for p in stock})}, sys.stdout)
"""


@pytest.mark.rasa
def test_the_index_decides_as_rasa_does(rasa: Rasa) -> None:
    command = [str(PYTHON), "-W", "ignore", "-c", SCRIPT]
    run = subprocess.run(command, cwd=rasa.project, env=rasa.environment, capture_output=True, text=True, check=True)
    result = json.loads(run.stdout.splitlines()[-1])
    assert result["class"] == "IndexedRulePolicy" and result["differ"] == 0
    assert result["kinds"] > 10, "the conversations must ask for different rules"
