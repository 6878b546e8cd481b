"""Codes of what our topics' folders need beyond working."""

from studio.content.finding import Level

HOUSE: dict[str, tuple[Level, str, str]] = {
    "language": ("error", "An answer or a topic is missing in a language.", "People who speak it are left out."),
    "channel": ("error", "An answer has no wording for text messages.", "People who text get one made for the web."),
    "owner": ("error", "An answer has no owner.", "Nobody will notice when it becomes wrong."),
    "source": ("error", "An answer has no official page behind it.", "Nobody can check whether it is still right."),
    "review-date": ("error", "An answer has no date for its next review.", "It will become wrong one day, unnoticed."),
    "review-overdue": ("warning", "The review of an answer is overdue.", "It may be wrong by now."),
    "long-sentence": ("warning", "A sentence has more than 20 words.", "Many people lose its thread."),
    "hard-word": ("warning", "A word is hard to read.", "A plain word is understood by more people."),
    "acronym": ("note", "An answer has an acronym that it does not explain.", "Not everybody knows it."),
    "link": ("warning", "A link begins with http://.", "What people send there can be read on the way."),
    "reserved-word": (
        "error",
        "An answer asks for a word that the phone company answers.",
        "Who texts STOP or HELP reaches the phone company and not the assistant.",
    ),
    "sms-length": ("error", "A text message takes more than 2 segments.", "Each one is paid, and may come alone."),
    "web-length": ("warning", "A web answer has more than 320 characters.", "On a phone it fills the whole screen."),
    "title": ("error", "A question has no title.", "It cannot be offered in “Did you mean …?”."),
    "few-examples-yet": ("warning", "A topic has fewer than 10 example questions.", "It is often not understood."),
    "no-answer": ("error", "A question has no answer.", "People are understood and get nothing."),
    "personal-data": (
        "error",
        "An example question holds what may be a real person's.",
        "Examples are kept, copied and published for ever.",
    ),
}
