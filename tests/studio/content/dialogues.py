"""Small random projects with rules and paths: some agree with each other, some do not."""

import json
import random
from pathlib import Path
from typing import Any

INTENTS = ["greet", "ask", "tell", "bye"]
ACTIONS = ["utter_hi", "utter_say", "action_look", "utter_bye"]
DOMAIN: dict[str, Any] = {
    "intents": ["greet", "ask", {"tell": {"use_entities": []}}, {"bye": {"use_entities": ["thing"]}}],
    "entities": ["place", "thing", {"time": {"roles": ["from", "to"]}}],
    "slots": {
        "text": {"type": "text", "mappings": [{"type": "from_entity", "entity": "place"}]},
        "flag": {"type": "bool", "initial_value": False, "mappings": [{"type": "custom"}]},
        "kind": {"type": "categorical", "values": ["a", "b"], "mappings": [{"type": "custom"}]},
        "many": {"type": "list", "mappings": [{"type": "from_entity", "entity": "thing"}]},
        "share": {"type": "float", "mappings": [{"type": "custom"}]},
        "hidden": {"type": "text", "influence_conversation": False, "mappings": [{"type": "custom"}]},
        "any": {"type": "any", "mappings": [{"type": "custom"}]},
    },
    "forms": {"the_form": {"required_slots": ["text"]}, "other_form": {"required_slots": ["kind"]}},
    "responses": {name: [{"text": name}] for name in ACTIONS if name.startswith("utter")},
    "actions": ["action_look"],
}
VALUES: dict[str, list[Any]] = {
    "text": ["x", None],
    "flag": [True, False, None],
    "kind": ["a", "b", "c", None],
    "many": [["x"], [], None],
    "share": [0.5, 1.0],
    "hidden": ["y", None],
    "any": ["z"],
}
Step = dict[str, Any]


class Writer:
    """Writes random rules and paths; few names, so that they meet."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._checkpoints = ["cp_one", "cp_two"]

    def project(self) -> dict[str, Any]:
        """Rules and paths of one project."""
        pick = self._random
        rules = [self.rule(f"rule {number}") for number in range(pick.randint(1, 5))]
        stories = [self.story(f"path {number}") for number in range(pick.randint(0, 4))]
        return {"version": "3.1", "rules": rules, "stories": stories}

    def rule(self, name: str) -> dict[str, Any]:
        """A rule of one of the usual shapes."""
        pick = self._random
        rule: dict[str, Any] = {"rule": name}
        shape = pick.random()
        if shape < 0.2:
            form = pick.choice(["the_form", "other_form"])
            rule["condition"] = [{"active_loop": form}]
            steps: list[Step] = [{"action": form}, {"active_loop": None}]
            if pick.random() < 0.5:
                steps.append({"slot_was_set": [{"requested_slot": None}]})
            steps += self.actions(pick.randint(0, 1))
        elif shape < 0.35:
            form = pick.choice(["the_form", "other_form"])
            steps = [self.message(), {"action": form}, {"active_loop": form}]
        else:
            if pick.random() < 0.3:
                rule["condition"] = self.conditions()
            steps = [self.message(), *self.actions(pick.randint(1, 2))]
            if pick.random() < 0.04:
                steps += [self.message(), *self.actions(1)]
        if pick.random() < 0.12:
            rule["conversation_start"] = True
        if pick.random() < 0.15:
            rule["wait_for_user_input"] = False
        return {**rule, "steps": steps}

    def story(self, name: str) -> dict[str, Any]:
        """A path of one to three turns, with forms, alternatives and checkpoints."""
        pick = self._random
        steps: list[Step] = []
        if pick.random() < 0.15:
            steps.append({"checkpoint": pick.choice(self._checkpoints)})
        for _ in range(pick.randint(1, 3)):
            steps.append(self.message(alternatives=True))
            if pick.random() < 0.2:
                steps += self.form()
            else:
                steps += self.actions(pick.randint(1, 2))
        if pick.random() < 0.15:
            steps.append({"checkpoint": pick.choice(self._checkpoints)})
        return {"story": name, "steps": steps}

    def form(self) -> list[Step]:
        """A form that begins and ends, perhaps with something in between."""
        name = self._random.choice(["the_form", "other_form"])
        between: list[Step] = []
        if self._random.random() < 0.4:
            between = [self.message(), *self.actions(1), {"action": name}]
        return [{"action": name}, {"active_loop": name}, *between, {"active_loop": None}]

    def message(self, alternatives: bool = False) -> Step:
        """What a person says."""
        pick = self._random
        if alternatives and pick.random() < 0.12:
            return {"or": [{"intent": name} for name in pick.sample(INTENTS, 2)]}
        if pick.random() < 0.05:
            return {"user": pick.choice(["hello there", "see you"])}
        step: Step = {"intent": pick.choice(INTENTS)}
        if pick.random() < 0.2:
            step["entities"] = [self.label()]
        return step

    def label(self) -> Any:
        """A label with or without a value or role."""
        choices: list[Any] = ["thing", {"place": "here"}, {"time": "now", "role": "from"}]
        return self._random.choice(choices)

    def actions(self, count: int) -> list[Step]:
        """Some actions, each perhaps with a slot."""
        steps: list[Step] = []
        for _ in range(count):
            steps.append({"action": self._random.choice(ACTIONS)})
            if self._random.random() < 0.12:
                steps.append(self.slots())
        return steps

    def slots(self) -> Step:
        """Slots that get a value."""
        slot = self._random.choice(sorted(VALUES))
        if slot in ("text", "many") and self._random.random() < 0.3:
            return {"slot_was_set": [slot]}
        return {"slot_was_set": [{slot: self._random.choice(VALUES[slot])}]}

    def conditions(self) -> list[Step]:
        """What must hold before a rule."""
        form = self._random.choice(["the_form", None])
        return [self.slots()] if self._random.random() < 0.6 else [{"active_loop": form}]


def write(folder: Path, seed: int) -> None:
    """Write project number `seed` as an ordinary Rasa project, one step a line."""
    (folder / "data").mkdir(parents=True)
    (folder / "domain.yml").write_text(json.dumps({"version": "3.1", **DOMAIN}), encoding="utf-8")
    content = Writer(seed).project()
    lines = ['version: "3.1"', ""]
    for kind in ("rules", "stories"):
        lines += [f"{kind}:"] if content[kind] else []
        for item in content[kind]:
            head = {key: value for key, value in item.items() if key != "steps"}
            first, *others = head.items()
            lines.append(f"- {first[0]}: {json.dumps(first[1])}")
            lines += [f"  {key}: {json.dumps(value)}" for key, value in others]
            lines.append("  steps:")
            lines += [f"  - {json.dumps(step)}" for step in item["steps"]]
    (folder / "data" / "paths.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
