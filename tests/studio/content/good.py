"""A good ordinary project, and the mistakes that people make in one."""
# ruff: noqa: E501 (a mistake on one line)

from collections.abc import Mapping
from dataclasses import dataclass

DOMAIN = """\
version: "3.1"

intents:
  - greet
  - goodbye
  - affirm
  - deny
  - mood_great
  - mood_unhappy
  - book_table
  - inform:
      use_entities:
        - city
  - faq

entities:
  - city
  - cuisine:
      roles:
        - wanted
        - unwanted

slots:
  first_name:
    type: text
    influence_conversation: false
    mappings:
      - type: custom
  cuisine:
    type: text
    mappings:
      - type: from_entity
        entity: cuisine
  num_people:
    type: float
    mappings:
      - type: from_text
        conditions:
          - active_loop: booking_form
            requested_slot: num_people
  confirmed:
    type: bool
    mappings:
      - type: from_intent
        intent: affirm
        value: true
  office:
    type: text
    initial_value: City Hall
    mappings:
      - type: custom

forms:
  booking_form:
    ignored_intents: [goodbye]
    required_slots:
      - cuisine
      - num_people

responses:
  utter_greet:
    - text: "Hey! How are you?"
      buttons:
        - title: "great"
          payload: "/mood_great"
        - title: "super sad"
          payload: "/mood_unhappy"
  utter_cheer_up:
    - text: "Here is something to cheer you up:"
      image: "https://i.imgur.com/nGF1K8f.jpg"
  utter_did_that_help:
    - text: "Did that help you?"
  utter_happy:
    - text: "Great, carry on!"
    - text: "Great, carry on with your day (and smile)!"
      channel: slack
  utter_goodbye:
    - text: Bye
  utter_ask_cuisine:
    - text: "What kind of food?"
      buttons:
        - {title: "Thai", payload: '/inform{"cuisine": "thai"}'}
  utter_ask_num_people:
    - text: "How many people?"
  utter_booked:
    - text: |
        Thanks. I look for {cuisine} food
        for {num_people} people at {office}.
  utter_confirmed:
    - condition:
        - type: slot
          name: confirmed
          value: true
      text: "It is confirmed."
    - text: "It is not confirmed yet."
  utter_faq/hours:
    - text: "We are open 9-17: come in."
  utter_faq/place:
    - custom:
        type: map
        where: "{office}"

actions:
  - action_look_up
  - utter_greet

session_config:
  session_expiration_time: 60
  carry_over_slots_to_new_session: true
"""
NLU = """\
version: "3.1"

nlu:
- intent: greet
  examples: |
    - hey
    - hello
    - good morning

- intent: goodbye
  examples: |
    - bye
    - see you later
    - have a nice day

- intent: affirm
  examples: |
    - yes
    - of course
    - indeed

- intent: deny
  examples: |
    - no
    - never
    - not really

- intent: mood_great
  examples: |
    - perfect
    - I am feeling very good

- intent: mood_unhappy
  examples: |
    - I am sad
    - my day was horrible (really)

- intent: book_table
  examples: |
    - book a table
    - i want a table in [Rome](city)

- intent: inform
  examples: |
    - in [Rome](city)
    - [thai]{"entity": "cuisine", "role": "wanted"} and not [french]{"entity": "cuisine", "role": "unwanted"}
    - [chinese](cuisine)

- intent: faq/hours
  examples: |
    - when do you open
    - opening hours

- intent: faq/place
  examples: |
    - where are you
    - what is your address

- synonym: thai
  examples: |
    - thailand
    - thay

- regex: number
  examples: |
    - \\d+

- lookup: city
  examples: |
    - Rome
    - Paris
"""
STORIES = """\
version: "3.1"

stories:
- story: happy path
  steps:
  - intent: greet
  - action: utter_greet
  - intent: mood_great
  - action: utter_happy

- story: sad path 1
  steps:
  - intent: greet
  - action: utter_greet
  - intent: mood_unhappy
  - action: utter_cheer_up
  - action: utter_did_that_help
  - checkpoint: helped

- story: helped or not
  steps:
  - checkpoint: helped
  - or:
    - intent: affirm
    - intent: mood_great
  - action: utter_happy

- story: look up
  steps:
  - intent: inform
    entities:
    - city: Rome
  - action: action_look_up
  - slot_was_set:
    - confirmed: true
  - action: utter_confirmed
"""
RULES = """\
version: "3.1"

rules:
- rule: say goodbye
  steps:
  - intent: goodbye
  - action: utter_goodbye

- rule: start booking
  steps:
  - intent: book_table
  - action: booking_form
  - active_loop: booking_form

- rule: end booking
  condition:
  - active_loop: booking_form
  steps:
  - action: booking_form
  - active_loop: null
  - slot_was_set:
    - requested_slot: null
  - action: utter_booked

- rule: answer questions
  steps:
  - intent: faq
  - action: utter_faq
"""
TESTS = """\
stories:
- story: happy path test
  steps:
  - user: |
      hello there!
    intent: greet
  - action: utter_greet
  - user: |
      amazing
    intent: mood_great
  - action: utter_happy
"""
CONFIG = """\
recipe: default.v1
language: en
pipeline: null
policies:
- name: MemoizationPolicy
- name: RulePolicy
"""
GOOD = {
    "domain.yml": DOMAIN,
    "data/nlu.yml": NLU,
    "data/stories.yml": STORIES,
    "data/rules.yml": RULES,
    "tests/test_stories.yml": TESTS,
    "config.yml": CONFIG,
}


@dataclass(frozen=True)
class Mistake:
    """A slip: `old` becomes `new` in `file`; the finding stands on the line with `at` within it, with that code."""

    number: str
    file: str
    old: str
    new: str
    at: str
    code: str

    def planted(self, good: Mapping[str, str]) -> tuple[dict[str, bytes], int]:
        """The project with the slip, and the line to be named."""
        text = good.get(self.file, "")
        assert not self.old or text.count(self.old) >= 1, (self.number, self.old)
        start = text.index(self.old) if self.old else len(text)
        changed = text[:start] + self.new + text[start + len(self.old) :]
        line_start = changed.rfind("\n", 0, start) + 1
        inside = changed.index(self.at, line_start if self.at in changed[line_start:] else 0)
        files = {name: content.encode() for name, content in good.items()}
        files[self.file] = changed.encode("latin-1" if self.code == "encoding" else "utf-8")
        return files, changed.count("\n", 0, inside) + 1


D, N, S, R, T = "domain.yml", "data/nlu.yml", "data/stories.yml", "data/rules.yml", "tests/test_stories.yml"
_BYE = "    - text: Bye\n"
MISTAKES = (
    Mistake("01", S, "intent: mood_great\n", "intent: mood_graet\n", "mood_graet", "unknown-topic"),
    Mistake("01", S, "intent: inform\n", "intent: asking\n", "asking", "unknown-topic"),
    Mistake("02", R, "intent: goodbye", "intent: goodby", "goodby", "unknown-topic"),
    Mistake("03", S, "- story: look up\n", "- story: sad path 2\n  steps:\n  - intent: greet\n  - action: utter_greet\n  - intent: mood_unhappy\n  - action: utter_goodbye\n\n- story: look up\n", "", "paths-conflict"),
    Mistake("04", S, "- story: look up\n", "- story: leave\n  steps:\n  - intent: goodbye\n  - action: utter_happy\n\n- story: look up\n", "", "rule-against-path"),
    Mistake("05", R, "- rule: start booking\n", "- rule: say goodbye again\n  steps:\n  - intent: goodbye\n  - action: utter_happy\n\n- rule: start booking\n", "", "rules-contradict"),
    Mistake("06", R, "active_loop: booking_form\n\n", "active_loop: boking_form\n\n", "boking", "unknown-form"),
    Mistake("06", R, "- action: booking_form\n  - active_loop: booking", "- action: bookin_form\n  - active_loop: booking", "bookin_form", "unknown-action"),
    Mistake("06", D, "  booking_form:\n    ign", "  bookng_form:\n    ign", "bookng_form", "unknown-action"),
    Mistake("07", D, "      - num_people\n", "      - num_peple\n", "num_peple", "unknown-slot"),
    Mistake("07", D, "      - cuisine\n      - num_people\n", "      - cuisin\n      - num_people\n", "cuisin\n", "unknown-slot"),
    Mistake("08", D, '  utter_ask_num_people:\n    - text: "How many people?"\n', "", "- num_people", "no-question"),
    Mistake("08", D, "  utter_ask_cuisine:", "  utter_ask_cusine:", "- cuisine\n      - num", "no-question"),
    Mistake("09", N, "- bye\n", "- bye\n    - hello\n", "- hello", "same-example"),
    Mistake("09", N, "- never\n", "- never\n    - I am sad\n", "- I am sad\n    - my", "same-example"),
    Mistake("10", S, "  - action: utter_greet\n", "   - action: utter_greet\n", "   - action", "indent"),
    Mistake("10", S, "  - action: utter_greet\n", " - action: utter_greet\n", " - action", "indent"),
    Mistake("10", S, "- story: happy path\n", " - story: happy path\n", "happy path", "indent"),
    Mistake("10", S, "  steps:\n  - intent: greet\n", " steps:\n  - intent: greet\n", "steps", "indent"),
    Mistake("10", S, "  steps:\n  - intent: greet\n", "steps:\n  - intent: greet\n", "steps", "indent"),
    Mistake("10", S, "- story: sad path 1", "  - story: sad path 1", "sad path 1", "indent"),
    Mistake("10", S, "  - intent: mood_great\n  - action: utter_happy\n", "- intent: mood_great\n  - action: utter_happy\n", "- intent: mood", "indent"),
    Mistake("11", N, "    - hello\n", "   - hello\n", "- hello", "indent"),
    Mistake("11", N, "  examples: |\n    - bye", " examples: |\n    - bye", "examples", "indent"),
    Mistake("11", N, "  examples: |\n    - bye", "   examples: |\n    - bye", "examples", "indent"),
    Mistake("11", N, "- intent: goodbye", "    - intent: goodbye", "- intent: goodbye", "indent"),
    Mistake("11", N, "- intent: goodbye", " - intent: goodbye", "- intent: goodbye", "indent"),
    Mistake("11", N, "    - hello\n", "     - hello\n", "- hello", "indent"),
    Mistake("11", N, "    - hello\n", "  - hello\n", "- hello", "indent"),
    Mistake("12", S, "  - action: utter_greet\n", "\t- action: utter_greet\n", "\t- action", "tab"),
    Mistake("12", S, "  - action: utter_greet\n", "  \t- action: utter_greet\n", "\t- action", "tab"),
    Mistake("12", S, "  steps:\n", "\tsteps:\n", "\tsteps", "tab"),
    Mistake("13", N, "    - hello\n", "\t- hello\n", "- hello", "tab"),
    Mistake("13", N, "    - hello\n", "    \t- hello\n", "- hello", "tab"),
    Mistake("13", N, "  examples: |\n    - bye", "\texamples: |\n    - bye", "examples", "tab"),
    Mistake("14", D, '  utter_did_that_help:\n    - text: "Did that help you?"\n', "", "", "unknown-answer"),
    Mistake("15", D, _BYE, "    - text: Note: we are closed\n", "Note", "colon"),
    Mistake("15", D, 'text: "How many people?"', "text: How many: 1 or 2?", "How many", "colon"),
    Mistake("16", D, _BYE, '    - text: "Bye\n', '"Bye', "quote"),
    Mistake("16", D, '"Great, carry on!"', '"Great, carry on!', "Great, carry", "quote"),
    Mistake("16", D, '"Great, carry on!"', 'Great, carry on!"', "Great, carry", "quote"),
    Mistake("16", D, '"Great, carry on!"', "'Great, carry on!", "Great, carry", "quote"),
    Mistake("17", D, "  utter_goodbye:\n", "  utter_happy:\n    - text: Bye now\n  utter_goodbye:\n", "utter_happy:\n    - text: Bye now", "twice"),
    Mistake("18", N, "    - hello\n", "    hello\n", "hello", "dash"),
    Mistake("18", N, "    - bye\n", "    bye\n", "    bye", "dash"),
    Mistake("19", N, "  examples: |\n    - bye", "  examples:\n    - bye", "examples", "pipe"),
    Mistake("19", N, "  examples: |\n    - hey\n    - hello\n", "  examples:\n    - hey\n    - hello\n", "examples", "pipe"),
    Mistake("20", N, "[Rome](city)", "[Rome](city", "[Rome]", "label"),
    Mistake("20", N, "[Rome](city)", "[Rome(city)", "[Rome", "label"),
    Mistake("20", N, "[Rome](city)", "[Rome] (city)", "[Rome", "label"),
    Mistake("20", N, "[Rome](city)", "Rome](city)", "Rome]", "label"),
    Mistake("20", N, "[Rome](city)", "[Rome]", "[Rome]", "label"),
    Mistake("20", N, "[Rome](city)", '[Rome]{"entity" "city"}', "[Rome]", "label"),
    Mistake("21", N, "[Rome](city)", "[Rome](town)", "town", "unknown-label"),
    Mistake("21", D, "  - city\n  - cuisine:", "  - cuisine:", "", "unknown-label"),
    Mistake("22", S, "- action: utter_happy", "- actoin: utter_happy", "actoin", "unknown-key"),
    Mistake("22", S, "- intent: mood_great", "- itnent: mood_great", "itnent", "unknown-key"),
    Mistake("22", N, "  examples: |\n    - bye", "  exmaples: |\n    - bye", "exmaples", "unknown-key"),
    Mistake("22", S, "stories:", "storys:", "storys", "unknown-key"),
    Mistake("23", S, "- story: look up\n", "- story: nothing\n\n- story: look up\n", "nothing", "no-steps"),
    Mistake("23", R, "- rule: start", "- rule: nothing\n  steps:\n- rule: start", "nothing", "no-steps"),
    Mistake("24", S, "story: helped or not", "story: happy path", "happy path", "same-name"),
    Mistake("25", N, "- intent: book_table", "nlu:\n- intent: book_table", "nlu:\n- intent: book_table", "twice"),
    Mistake("25", D, "forms:\n", "intents:\n  - ask_a_person\n\nforms:\n", "intents:\n  - ask", "twice"),
    Mistake("26", D, _BYE, '    - text: "Bye {first_nme}"\n', "first_nme", "unknown-blank"),
    Mistake("27", S, "action: action_look_up", "action: action_find_it", "action_find", "unknown-action"),
    Mistake("28", N, "    - perfect\n", "", "- intent: mood_great", "few-examples"),
    Mistake("29", S, "    - confirmed: true", "    - confirmed: yes", "confirmed: yes", "yes-no"),
    Mistake("29", S, "    - confirmed: true", '    - confirmed: "yes"', "confirmed:", "yes-no"),
    Mistake("29", D, _BYE, "    - text: No\n", "text: No", "yes-no"),
    Mistake("29", D, 'payload: "/mood_great"', "payload: on", "payload: on", "yes-no"),
    Mistake("30", T, "intent: mood_great", "intent: mood_grate", "mood_grate", "unknown-topic"),
    Mistake("30", T, "action: utter_happy", "action: utter_hapy", "utter_hapy", "unknown-answer"),
    Mistake("31", D, _BYE, "    - text: Adiós\n", "Adi", "encoding"),
    Mistake("32", D, _BYE, "    - text: “Bye”\n", "Bye", "curly"),
    Mistake("32", D, _BYE, "    - “text”: Bye\n", "Bye", "curly"),
    Mistake("32", S, "intent: mood_great", "intent: “mood_great”", "“mood", "curly"),
    Mistake("32", D, _BYE, "    - text: “Bye: see you”\n", "Bye", "curly"),
    Mistake("33", S, 'version: "3.1"', "version: 3.1", "version", "version"),
    Mistake("33", N, 'version: "3.1"', "version: 3", "version", "version"),
    Mistake("34", S, 'version: "3.1"', 'version: "4.0"', "version", "version"),
    Mistake("34", N, 'version: "3.1"', "version: '3.2'", "version", "version"),
    Mistake("35", D, '        - title: "great"\n          payload: "/mood_great"\n', '        - title: "great"\n', "great", "button"),
    Mistake("35", D, 'payload: "/mood_great"', 'paylod: "/mood_great"', "paylod", "unknown-key"),
    Mistake("36", D, 'payload: "/mood_great"', 'payload: "/mood_gret"', "mood_gret", "button-target"),
    Mistake("37", S, "  - action: utter_happy\n", "<<<<<<< HEAD\n  - action: utter_happy\n=======\n  - action: utter_goodbye\n>>>>>>> b\n", "<<<<<<<", "merge"),
    Mistake("37", N, "    - hello\n", "<<<<<<< HEAD\n    - hello\n=======\n    - hello you\n>>>>>>> b\n", "<<<<<<<", "merge"),
    Mistake("38", N, "    - hello\n", "    - hello\n    - hello\n", "- hello\n    - good", "repeated-example"),
    Mistake("39", N, "- bye\n", "- bye\n    - Hello!\n", "- Hello!", "alike-example"),
    Mistake("40", "data/z.yml", "", "stories:\n- story: happy path\n  steps:\n  - intent: greet\n  - action: utter_greet\n  - intent: mood_great\n  - action: utter_happy\n", "happy path", "same-name"),
    Mistake("41", D, _BYE, '    - text: "Use the {} form"\n', "{}", "empty-braces"),
    Mistake("42", D, _BYE, '    - text: "Open 9am {Mon-Fri"\n', "{Mon", "brace"),
    Mistake("42", D, _BYE, '    - text: "Closing } brace"\n', "} brace", "brace"),
    Mistake("42", D, "at {office}.", "at {office.", "at {office.", "brace"),
    Mistake("44", D, _BYE, '    - text: "Hello {first_name}"\n', "{first_name}", "empty-blank"),
    Mistake("45", D, '    - text: "It is not confirmed yet."\n', "", "utter_confirmed", "only-conditional"),
    Mistake("46", D, _BYE, '    - text: "See S:\\users\\forms"\n', "S:", "backslash"),
    Mistake("46", D, _BYE, "    - text: See S:\\users\\forms\n", "S:", "backslash"),
    Mistake("46", D, _BYE, '    - text: "See C:\\new\\forms"\n', "C:", "backslash"),
)  # fmt: skip
