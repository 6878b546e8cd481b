"""Says what Rasa itself thinks of small projects; in the nlu environment: python rasa_verdicts.py FOLDER HISTORY."""

import json
import logging
import os
import re
import sys
import warnings
from pathlib import Path

import structlog

os.environ["LOG_LEVEL"] = "ERROR"  # no progress bars
warnings.filterwarnings("ignore")
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))

from rasa.core.policies.rule_policy import InvalidRule, RulePolicy  # noqa: E402
from rasa.core.training.story_conflict import find_story_conflicts  # noqa: E402
from rasa.engine.graph import ExecutionContext, GraphSchema  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.generator import TrainingDataGenerator  # noqa: E402
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader  # noqa: E402
from rasa.shared.core.training_data.structures import StoryGraph  # noqa: E402

CONTRADICTION = re.compile(
    r"the prediction of the action '(.*?)' in (rule|story) '(.*?)' is contradicting with rule\(s\) '([^']*)'"
    r"(?: which predicted action '.*')?\.$"
)


class Unsaved(RulePolicy):
    """Rasa's own checks, without a model on disk."""

    def persist(self) -> None:
        """Nowhere."""


def verdict(folder, history):
    domain = Domain.load(str(folder / "domain.yml"))
    graph = StoryGraph(YAMLStoryReader(domain).read_from_file(str(folder / "data" / "paths.yml"), skip_validation=True))
    trackers = TrainingDataGenerator(graph, domain, augmentation_factor=0).generate()
    result = {"kind": "clean", "contradictions": [], "incomplete": [], "conflicts": []}
    try:
        Unsaved(RulePolicy.get_default_config(), None, None, ExecutionContext(GraphSchema({}))).train(trackers, domain)
    except InvalidRule as error:
        words = error.message
        if "Contradicting" in words:
            result["kind"] = "contradiction"
            for line in words.splitlines():
                found = CONTRADICTION.match(line.lstrip("- "))
                if found:
                    result["contradictions"].append([found[3], found[1], found[2], sorted(found[4].split(", "))])
        elif "Incomplete" in words:
            result["kind"] = "incomplete"
            result["incomplete"] = sorted(set(re.findall(r"the (?:action|form) '(.*?)' in rule '(.*?)'", words)))
        else:
            result["kind"] = "too long"
    # As `rasa data validate` does; the graph is read anew because the generator changes it.
    graph = StoryGraph(YAMLStoryReader(domain).read_from_file(str(folder / "data" / "paths.yml"), skip_validation=True))
    paths = TrainingDataGenerator(
        graph, domain, remove_duplicates=False, augmentation_factor=0
    ).generate_story_trackers()
    for conflict in find_story_conflicts(paths, domain, history):
        told = {name for names in conflict._conflicting_actions.values() for name in names}
        result["conflicts"].append([sorted(conflict.conflicting_actions), sorted(told)])
    return result


def main():
    root, history = Path(sys.argv[1]), int(sys.argv[2])
    names = sorted(path.name for path in root.iterdir() if (path / "domain.yml").is_file())
    print(json.dumps({name: verdict(root / name, history) for name in names}))


if __name__ == "__main__":
    main()
