"""How people write days and hours, in English and Spanish, after accents and capitals are taken away."""

import re

NOON, _FIVE = 12 * 60, 17 * 60
"""Minutes since midnight."""

WEEKDAYS = {
    name: number
    for number, names in enumerate(("mon lun", "tue mar", "wed mie", "thu jue", "fri vie", "sat sab", "sun dom"))
    for name in names.split()
}
MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan ene", "feb", "mar", "apr abr", "may", "jun", "jul", "aug ago", "sep", "oct", "nov", "dec dic"), 1
    )
    for name in names.split()
}
_MONTH = (
    r"(january|jan|enero|ene|february|febrero|feb|march|marzo|mar|april|abril|apr|abr|may|mayo|june|junio|jun|july|julio|jul|"
    r"august|agosto|aug|ago|september|septiembre|sept|sep|october|octubre|oct|november|noviembre|nov|december|diciembre|dec|dic)"
)
ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
MONTH_DAY = re.compile(rf"\b{_MONTH}\.? ?(\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)")
DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of| de)? {_MONTH}\b")
SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/]*\d{5})")
THE_DAY = re.compile(r"\b(?:the )?(\d{1,2})(?:st|nd|rd|th)\b|\b(?:el|dia) (?:dia )?(\d{1,2})\b(?![:.]\d| ?[ap]\.?m)")
SOME = {
    word: number
    for number, words in enumerate("one a un una,two dos,three tres,four cuatro,five cinco,six seis".split(","), 1)
    for word in words.split()
}
IN_SOME = re.compile(rf"\b(?:in|en|dentro de) (\d{{1,2}}|{'|'.join(SOME)}) (days?|dias?|weeks?|semanas?)\b")
AHEAD = (
    (re.compile(r"\b(?:day after tomorrow|pasado manana)\b"), 2),
    (re.compile(r"\b(?:tomorrow|tomorow|tommorow|tmrw|tmr)\b|(?<!la )(?<!las )(?<!pasado )\bmanana\b"), 1),
    (re.compile(r"\b(?:today|tonight|this (?:morning|afternoon)|hoy)\b"), 0),
)
WEEKDAY = re.compile(
    r"\b(next )?(mondays?|mon|tuesdays?|tues?|wednesdays?|wed|thursdays?|thurs?|fridays?|fri|saturdays?|sat|sundays?|"
    r"lunes|martes|miercoles|jueves|viernes|sabados?|domingos?)\b"
)
NEXT_WEEK = re.compile(
    r"\bnext week\b|\b(?:proxima|siguiente) semana\b|\bsemana (?:que viene|que entra|proxima|siguiente)\b"
)
THIS_WEEK = re.compile(r"\b(?:this|later this) week\b|\besta (?:misma )?semana\b")
NEXT_MONTH = re.compile(r"\bnext month\b|\bproximo mes\b|\bmes (?:que viene|que entra|proximo)\b")
SOONEST = re.compile(
    r"\b(?:asap|soonest|earliest|first (?:one|available|free|opening)|as soon as possible|next available|right away|"
    r"lo antes posible|cuanto antes|lo mas pronto|la primera|el primero|la mas cercana|lo mas cercano)\b"
)
_HALF = r"o.?clock|a\.? ?m\b\.?|p\.? ?m\b\.?|de la manana|de la tarde|de la noche|in the morning|in the afternoon"
TIME = re.compile(
    r"(?:(?P<after>after|past|from|since|despues de|a partir de|desde) |(?P<before>before|by|until|antes de|hasta) |"
    r"(?P<at>at|around|about|@|a|como a|sobre|tipo) ?)?(?:las? )?"
    rf"(?:(?P<noon>\bnoon|\bmediodia)|(?<![\d/#-])(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d{{2}})|(?P<thirty> y media))?"
    rf"(?: ?(?P<half>{_HALF}))?(?![\d/-]|th|st|rd|nd))"
)
PARTS = (
    (re.compile(r"\bmornings?\b|\b(?:por|en|de) las? mananas?\b|\btemprano\b|\bearly\b"), 0, NOON - 1),
    (re.compile(r"\bafternoons?\b|\b(?:por|en|de) las? tardes?\b"), NOON, _FIVE - 1),
    (
        re.compile(r"\bevenings?\b|\bafter work\b|\b(?:por|en|de) las? noches?\b|\bdespues del trabajo\b"),
        _FIVE,
        24 * 60,
    ),
)
