"""Codes of mistakes in any project: names, examples, answers, rules, paths and forms."""
# ruff: noqa: E501 (a file on one line)

from studio.content.finding import Level

_PATH = "stories:\n- story: extra\n  steps:\n"
_EXTRA = "responses:\n  utter_extra:\n"
_TOPIC = "nlu:\n- intent: extra\n  examples: |\n"
_FORM = "stories:\n- story: extra\n  steps:\n  - intent: greet\n  - action: extra_form\n"
_RULE = "rules:\n- rule: extra\n  steps:\n"
_THANKS = "  - intent: extra\n  - action: utter_extra\n"
RASA: dict[str, tuple[Level, str, str, str, str]] = {
    "unknown-topic": (
        "error", "A rule, path or test names a topic that does not exist.",
        "It can never happen, and the assistant says something else or cannot learn.",
        _PATH + "  - intent: gret\n  - action: utter_greet\n", _PATH + "  - intent: greet\n  - action: utter_greet\n",
    ),
    "unlisted-topic": (
        "error", "A topic with example questions is not listed in domain.yml.",
        "The assistant would recognize it and then has nothing to do with it.",
        "nlu:\n- intent: gret\n  examples: |\n    - good evening\n    - good day to you\n",
        "nlu:\n- intent: greet\n  examples: |\n    - good evening\n    - good day to you\n",
    ),
    "unknown-answer": (
        "error", "An answer is used that nobody has written.",
        "The assistant says nothing at all.",
        _PATH + "  - intent: greet\n  - action: utter_gret\n", _PATH + "  - intent: greet\n  - action: utter_greet\n",
    ),
    "unknown-action": (
        "error", "An action is used that is not listed.",
        "The assistant cannot learn.",
        _PATH + "  - intent: greet\n  - action: action_find\n", _PATH + "  - intent: greet\n  - action: action_look\n",
    ),
    "unknown-slot": (
        "error", "A blank is used that does not exist.",
        "It is never filled, so what depends on it never happens.",
        _PATH + "  - intent: greet\n  - slot_was_set:\n    - confirmd: true\n  - action: utter_greet\n",
        _PATH + "  - intent: greet\n  - slot_was_set:\n    - confirmed: true\n  - action: utter_greet\n",
    ),
    "unknown-form": (
        "error", "A form is used that does not exist.",
        "The assistant cannot learn, or never asks.",
        _PATH + "  - intent: greet\n  - active_loop: name_frm\n", _PATH + "  - intent: greet\n  - active_loop: name_form\n",
    ),
    "unknown-label": (
        "error", "A label is used that is not listed.",
        "The assistant hears it and forgets it.",
        _TOPIC + "    - the way to [Elm Street](stret)\n    - the road there\n",
        _TOPIC + "    - the way to [Elm Street](street)\n    - the road there\n",
    ),
    "dash": (
        "error", "The dash before an example question is missing.",
        "The example is not learned.",
        _TOPIC + "    - the way there\n    the road there\n    - where is it\n",
        _TOPIC + "    - the way there\n    - the road there\n    - where is it\n",
    ),
    "label": (
        "error", "A label in an example question is not written right.",
        "Its signs are learned as if people wrote them, and the label is never heard.",
        _TOPIC + "    - the way to [Elm Street](street\n    - the road there\n",
        _TOPIC + "    - the way to [Elm Street](street)\n    - the road there\n",
    ),
    "few-examples": (
        "error", "A topic has one example question or none.",
        "The assistant does not learn to tell it from others.",
        _TOPIC + "    - the way there\n", _TOPIC + "    - the way there\n    - the road there\n",
    ),
    "same-example": (
        "error", "The same example question stands under two topics.",
        "People who ask it get one of two answers by chance.",
        "nlu:\n- intent: bye\n  examples: |\n    - hello\n", "nlu:\n- intent: bye\n  examples: |\n    - so long\n",
    ),
    "alike-example": (
        "error", "An example question stands under two topics, but for capitals, accents or signs.",
        "These make no difference to the assistant, so people get one of two answers by chance.",
        "nlu:\n- intent: bye\n  examples: |\n    - Hello!\n", "nlu:\n- intent: bye\n  examples: |\n    - So long!\n",
    ),
    "near-example": (
        "note", "Two topics have an example question of the same words in another order.",
        "The assistant can hardly tell them apart.",
        "nlu:\n- intent: bye\n  examples: |\n    - morning good to all\n- intent: greet\n  examples: |\n    - good morning to all\n",
        "nlu:\n- intent: bye\n  examples: |\n    - so long to all\n- intent: greet\n  examples: |\n    - good morning to all\n",
    ),
    "repeated-example": (
        "warning", "An example question stands twice under its topic.",
        "It helps nobody and counts double.",
        _TOPIC + "    - the way there\n    - the road there\n    - the way there\n",
        _TOPIC + "    - the way there\n    - the road there\n",
    ),
    "only-conditional": (
        "error", "Every wording of an answer has a condition.",
        "Where no condition holds, people get nothing at all.",
        _EXTRA + "  - condition:\n    - {type: slot, name: confirmed, value: true}\n    text: Bye!\n",
        _EXTRA + "  - condition:\n    - {type: slot, name: confirmed, value: true}\n    text: Bye!\n  - text: See you!\n",
    ),
    "no-text": (
        "error", "A wording of an answer has no text.", "People get nothing at all.",
        _EXTRA + '  - text: ""\n', _EXTRA + '  - text: "Bye!"\n',
    ),
    "empty-braces": (
        "error", "An answer has empty braces.",
        "They show people everything that the assistant knows and says.",
        _EXTRA + '  - text: "Use the {} form."\n', _EXTRA + '  - text: "Use the green form."\n',
    ),
    "brace": (
        "error", "An answer has a brace that belongs to no blank.",
        "People may get nothing at all.",
        _EXTRA + '  - text: "Open at 9 {Mon-Fri"\n', _EXTRA + '  - text: "Open at 9 (Mon-Fri)"\n',
    ),
    "unknown-blank": (
        "error", "An answer has a blank that nothing fills.",
        "People read it as it stands, such as {first_nme}.",
        _EXTRA + '  - text: "Hello {first_nme}"\n', _EXTRA + '  - text: "Hello {first_name}"\n',
    ),
    "empty-blank": (
        "error", "A blank may still be empty when the answer is given.",
        "People read “Hello None”.",
        _EXTRA + '  - text: "Hello {first_name}"\n' + _TOPIC + "    - the way there\n    - the road there\n" + _RULE + _THANKS,
        _EXTRA + '  - text: "Hello!"\n' + _TOPIC + "    - the way there\n    - the road there\n" + _RULE + _THANKS,
    ),
    "button": (
        "error", "A button has no title, or nothing happens when it is pressed.",
        "People press it in vain.",
        _EXTRA + '  - text: "Well?"\n    buttons:\n    - title: "Hello"\n',
        _EXTRA + '  - text: "Well?"\n    buttons:\n    - title: "Hello"\n      payload: /greet\n',
    ),
    "button-target": (
        "error", "A button leads to a topic that does not exist.",
        "People press it and are not understood.",
        _EXTRA + '  - text: "Well?"\n    buttons:\n    - {title: "Hello", payload: /gret}\n',
        _EXTRA + '  - text: "Well?"\n    buttons:\n    - {title: "Hello", payload: /greet}\n',
    ),
    "no-question": (
        "error", "A form asks for a blank, and no answer holds the question.",
        "The assistant falls silent in the middle of the form.",
        "forms:\n  extra_form:\n    required_slots: [confirmed]\n" + _FORM,
        "forms:\n  extra_form:\n    required_slots: [first_name]\n" + _FORM,
    ),
    "no-name": (
        "error", "A rule or path has no name.", "The assistant cannot learn it.",
        "stories:\n- steps:\n  - intent: greet\n  - action: utter_greet\n",
        _PATH + "  - intent: greet\n  - action: utter_greet\n",
    ),
    "no-steps": (
        "error", "A rule or path has no steps.", "It is left out without a word.",
        "stories:\n- story: extra\n", _PATH + "  - intent: greet\n  - action: utter_greet\n",
    ),
    "same-name": (
        "warning", "Two rules or two paths have the same name.",
        "Nobody can tell which of them a message of the assistant means.",
        _PATH + "  - intent: greet\n  - action: utter_greet\n- story: extra\n  steps:\n  - intent: bye\n  - action: utter_bye\n",
        _PATH + "  - intent: greet\n  - action: utter_greet\n- story: extra two\n  steps:\n  - intent: bye\n  - action: utter_bye\n",
    ),
    "rules-contradict": (
        "error", "Two rules want different things at the same point.", "The assistant cannot learn.",
        _RULE + "  - intent: greet\n  - action: utter_bye\n", _RULE + "  - intent: greet\n  - action: utter_greet\n",
    ),
    "rule-against-path": (
        "error", "A path goes on otherwise than a rule says.", "The assistant cannot learn.",
        _PATH + "  - intent: greet\n  - action: utter_bye\n", _PATH + "  - intent: greet\n  - action: utter_greet\n",
    ),
    "paths-conflict": (
        "error", "Two paths that begin alike go on in different ways.", "It is chance what people get.",
        "", "",
    ),
    "rule-too-long": (
        "error", "A rule has more than one message of a person.", "The assistant cannot learn it: write a path.",
        "", "",
    ),
    "rule-incomplete": (
        "error", "A rule leaves out what its action sets in other rules.", "The assistant cannot learn.", "", "",
    ),
}  # fmt: skip
