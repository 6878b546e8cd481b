"""Good topics in our own layout, and the mistakes that people make in them."""
# ruff: noqa: E501 (a mistake on one line)

from tests.studio.content.good import Mistake

_META = "{language: en, owner: parks, source: https://www.example.gov/parks, review_by: 2027-05-01}"


def _answers(name: str, en: str, es: str, buttons: str = "") -> str:
    return f"""\
  {name}:
  - metadata: {_META}
    text: "{en}"
{buttons}  - metadata: {{language: en}}
    channel: sms
    text: "{en}"
  - metadata: {{language: es}}
    text: "{es}"
{buttons.replace("Swim", "Nadar")}  - metadata: {{language: es}}
    channel: sms
    text: "{es}"
"""


def _questions(language: str, hours: list[str], swim: list[str]) -> str:
    written = 'version: "3.1"\n\nnlu:\n'
    for name, title, examples in (("hours", "Hours", hours), ("swim", "Swim", swim)):
        lines = "".join(f"    - {each} {number}\n" for number, each in enumerate(examples, 1))
        written += f'- intent: faq/parks_{name}\n  metadata:\n    title: "{title}"\n  examples: |\n{lines}\n'
    return written


_BUTTON = '    buttons:\n    - {title: "Swim", payload: "/faq/parks_swim"}\n'
ANSWERS = (
    "responses:\n"
    + _answers("utter_faq/parks_hours", "Parks open at 8. Call {city.phones.main}.", "Abren a las 8.", _BUTTON)
    + "\n"
    + _answers("utter_faq/parks_swim", "You can swim in the lake.", "Puede nadar en el lago.")
)
GOOD_TOPICS = {
    "domain.yml": 'version: "3.1"\n\nslots:\n  first_name:\n    type: text\n    mappings: [{type: custom}]\n'
    "  confirmed:\n    type: bool\n    mappings: [{type: custom}]\n\nactions:\n- action_find_park\n",
    "city.yml": "name: Brightwater\nlanguages: [en, es]\nphones:\n  main: 555-0100\naddress: 120 Main Street, second floor\n",
    "data/words/hard.en.yml": "words:\n  utilize: use\n",
    "data/topics/parks/questions.en.yml": _questions(
        "en",
        [f"when does the park open {word}" for word in "abcdefghij"],
        [f"may i swim {word}" for word in "abcdefghij"],
    ),
    "data/topics/parks/questions.es.yml": _questions(
        "es",
        [f"cuándo abre el parque {word}" for word in "abcdefghij"],
        [f"puedo nadar {word}" for word in "abcdefghij"],
    ),
    "data/topics/parks/answers.yml": ANSWERS,
    "data/topics/parks/rules.yml": 'version: "3.1"\n\nrules:\n- rule: answer\n  steps:\n  - intent: faq\n'
    "  - action: utter_faq\n\n- rule: find a park\n  steps:\n  - intent: find_park\n  - action: action_find_park\n",
    "data/topics/parks/tests.yml": "- name: hours\n  language: en\n  steps:\n"
    '  - {user: "is the park open now", answer: utter_faq/parks_hours}\n',
    "data/topics/finding/questions.en.yml": 'version: "3.1"\n\nnlu:\n- intent: find_park\n  examples: |\n'
    + "".join(f"    - where is [park {word}](place)\n" for word in "abcdefghij"),
    "data/topics/finding/questions.es.yml": 'version: "3.1"\n\nnlu:\n- intent: find_park\n  examples: |\n'
    + "".join(f"    - dónde está el [parque {word}](place)\n" for word in "abcdefghij"),
}
A, Q, R, T = (f"data/topics/parks/{name}.yml" for name in ("answers", "questions.en", "rules", "tests"))
F = "data/topics/finding/questions.en.yml"
_SWIM = 'text: "You can swim in the lake."'
TOPIC_MISTAKES = (
    Mistake("02", R, "intent: find_park", "intent: find_prk", "find_prk", "unknown-topic"),
    Mistake("09", Q, "- may i swim a 1\n", "- may i swim a 1\n    - when does the park open a 1\n", "open a 1\n    - may", "same-example"),
    Mistake("10", R, "  - action: action_find", "   - action: action_find", "action_find", "indent"),
    Mistake("11", Q, "    - may i swim b 2", "  - may i swim b 2", "swim b", "indent"),
    Mistake("12", R, "  - action: action_find", "\t- action: action_find", "action_find", "tab"),
    Mistake("13", Q, "    - may i swim b 2", "\t- may i swim b 2", "swim b", "tab"),
    Mistake("14", A, "  utter_faq/parks_swim:", "  utter_faq/parks_swm:", "parks_swm", "no-answer"),
    Mistake("15", A, _SWIM, "text: Swim: in the lake.", "Swim: in", "colon"),
    Mistake("16", A, _SWIM, 'text: "You can swim in the lake.', "You can", "quote"),
    Mistake("17", A, "  utter_faq/parks_swim:", "  utter_faq/parks_hours:\n  - metadata: {language: en}\n    text: Hi.\n\n  utter_faq/parks_swim:", "parks_hours", "twice"),
    Mistake("18", Q, "    - may i swim b 2", "    may i swim b 2", "swim b", "dash"),
    Mistake("19", Q, "examples: |", "examples:", "examples", "pipe"),
    Mistake("20", F, "[park b](place)", "[park b](place", "park b", "label"),
    Mistake("21", F, "[park b](place)", "[park b](plce)", "park b", "unknown-label"),
    Mistake("22", R, "- action: action_find", "- actoin: action_find", "actoin", "unknown-key"),
    Mistake("23", R, "- rule: find a park", "- rule: nothing\n\n- rule: find a park", "nothing", "no-steps"),
    Mistake("24", R, "- rule: find a park", "- rule: answer", "answer", "same-name"),
    Mistake("26", A, _SWIM, 'text: "You can swim in {lke}."', "{lke}", "unknown-blank"),
    Mistake("26", A, "{city.phones.main}", "{city.phones.min}", "{city", "unknown-blank"),
    Mistake("27", R, "action: action_find_park", "action: action_find_prk", "action_find", "unknown-action"),
    Mistake("30", T, "utter_faq/parks_hours", "utter_faq/parks_hour", "parks_hour", "unknown-answer"),
    Mistake("31", A, "Puede nadar", "Podrá nadar", "Podr", "encoding"),
    Mistake("32", A, _SWIM, "text: “You can swim in the lake.”", "You can", "curly"),
    Mistake("33", R, 'version: "3.1"', "version: 3.1", "version", "version"),
    Mistake("34", R, 'version: "3.1"', 'version: "4.0"', "version", "version"),
    Mistake("35", A, ', payload: "/faq/parks_swim"', "", "Swim", "button"),
    Mistake("36", A, "/faq/parks_swim", "/faq/parks_swm", "parks_swm", "button-target"),
    Mistake("37", A, f"    {_SWIM}\n", f"<<<<<<< a\n    {_SWIM}\n=======\n    text: x\n>>>>>>> b\n", "<<<<<<<", "merge"),
    Mistake("38", Q, "- may i swim a 1\n", "- may i swim a 1\n    - may i swim a 1\n", "swim a 1\n    - may i swim b", "repeated-example"),
    Mistake("39", Q, "- may i swim a 1\n", "- may i swim a 1\n    - When does the park open, a 1?\n", "When", "alike-example"),
    Mistake("41", A, _SWIM, 'text: "Use the {} form."', "{}", "empty-braces"),
    Mistake("42", A, _SWIM, 'text: "Open 9am {Mon-Fri"', "{Mon", "brace"),
    Mistake("42", A, _SWIM, 'text: "Closing } brace"', "}", "brace"),
    Mistake("44", A, _SWIM, 'text: "Hello {first_name}"', "{first", "empty-blank"),
    Mistake("45", A, _SWIM, _SWIM + "\n    condition:\n    - {type: slot, name: confirmed, value: true}", "", "only-conditional"),
    Mistake("46", A, _SWIM, 'text: "See S:\\users\\forms"', "S:", "backslash"),
    Mistake("language", A, "language: es", "language: fr", "", "language"),
    Mistake("language", A, "  - metadata: {language: es}\n    text: \"Puede nadar en el lago.\"\n", "", "", "language"),
    Mistake("channel", A, "  - metadata: {language: es}\n    channel: sms\n    text: \"Puede nadar en el lago.\"\n", "", "", "channel"),
    Mistake("title", Q, "  metadata:\n    title: \"Swim\"\n", "", "", "title"),
    Mistake("few", Q, "    - may i swim a 1\n", "", "", "few-examples-yet"),
    Mistake("38", Q, "- may i swim a 1\n", "- may i swim a 1\n    - May I swim a 1\n", "May I", "repeated-example"),
    Mistake("no answer", A, _answers("utter_faq/parks_swim", "You can swim in the lake.", "Puede nadar en el lago."), "", "", "no-answer"),
    Mistake("30", T, "answer: utter_faq/parks_hours", "answer: [utter_faq/parks_hours, utter_faq/parks_hous]", "parks_hous]", "unknown-answer"),
    Mistake("tests", T, "answer: utter_faq/parks_hours", "anser: utter_faq/parks_hours", "anser", "unknown-key"),
    Mistake("tests", T, "  language: en", "  langage: en", "langage", "unknown-key"),
    Mistake("long", A, _SWIM, 'text: "' + "You can swim in the lake. " * 13 + '"', "You can", "web-length"),
    Mistake("long", A, 'channel: sms\n    text: "You can', 'channel: sms\n    text: "' + "You can swim here. " * 17 + "You can", "", "sms-length"),
    Mistake("words", A, _SWIM, 'text: "We utilize the lake."', "utilize", "hard-word"),
    Mistake("words", A, _SWIM, 'text: "' + "Go there and " * 5 + 'see {city.address}."', "", "long-sentence"),
    Mistake("owner", A, "owner: parks, ", "", "language: en", "owner"),
    Mistake("source", A, "source: https://www.example.gov/parks, ", "", "language: en", "source"),
    Mistake("review", A, ", review_by: 2027-05-01", "", "language: en", "review-date"),
    Mistake("review", A, "2027-05-01", "2026-05-01", "language: en", "review-overdue"),
    Mistake("words", A, _SWIM, 'text: "' + "Go there and " * 8 + 'swim."', "Go there", "long-sentence"),
    Mistake("words", A, _SWIM, 'text: "Reply STOP to end."', "STOP", "reserved-word"),
    Mistake("link", A, _SWIM, 'text: "See http://example.gov."', "http:", "link"),
    Mistake("personal", Q, "may i swim a 1", "may i swim? call 312-867-5309", "312", "personal-data"),
)  # fmt: skip
