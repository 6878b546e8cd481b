"""Finds what identifies by itself: mail and web addresses, phones, numbers of papers and accounts, codes, birthdays."""

import re
from collections.abc import Iterator

from phonenumbers import Leniency, PhoneNumberMatcher

Found = Iterator[tuple[str, int, int]]

_MAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*")
_MAIL_IN_WORDS = re.compile(
    r"[\w.+-]+ ?(?:\(at\)|\[at\]| at | arroba |@) ?[\w-]+ ?(?:\(dot\)|\[dot\]| dot | punto |\.| )"
    r" ?(?:com|org|net|gov|edu|es|mx|us|info)\b(?:(?:\.| dot | punto )(?:mx|ar|co|uk|us))?"
)
_HANDLE = re.compile(r"(?<![\w@.])@[a-z_][\w.]{2,}")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"]+|\b(?:facebook|instagram|linkedin|tiktok|twitter|x)\.com/[^\s<>\"]+")
_PROFILE = re.compile(r"(?:facebook|instagram|linkedin|tiktok|twitter|//x)\.com/.")
_TOKEN = re.compile(r"[?#@=]|/(?=[\w%-]*\d)[\w%-]{16,}|/[0-9a-f-]{20,}")

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|ene|abr|ago|dic)[a-z]*\.?"
_DATE = (
    rf"(?:\d{{1,2}}[ ./-]\d{{1,2}}[ ./-]\d{{2,4}}|\d{{4}}[./-]\d{{1,2}}[./-]\d{{1,2}}|\d{{8}}|\d{{6}}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? (?:of )?'?\d{{2,4}})?|\d{{1,2}}(?:st|nd|rd|th)?(?: of"
    rf"| de)? {_MONTH}(?:,?(?: del?| of)? '?\d{{2,4}})?)"
)
_BIRTH = re.compile(
    rf"(?:\bborn|\bb-?day|birth ?day|birth ?date|date of birth|\bd\.?o\.?b\b\.?|\bnaci\b|\bnacio\b|nacid[oa]"
    rf"|nacimiento"
    rf"|cumple(?:anos)?)\W{{0,3}}(?:(?:is|was|on|in|el|es|fue|en|dia|:) ?){{0,3}}(?P<date>{_DATE}|(?:19|20)\d\d)\b"
)
_LONG_AGO = re.compile(r"\b(?:\d{1,2}[./-]\d{1,2}[./-]|\d{4}[./-]\d{1,2}[./-])(?:\d{4}|\d{1,2})\b")
_CODE = re.compile(
    r"\b(?:verification code|access code|security code|code|pin|passcode|otp|codigo(?: de \w+)?|clave)"
    r"(?:(?: is| es|:|=| number| numero| n[or]?\.?)){0,2} ?#?(?P<code>(?=[a-z-]*\d)[a-z0-9-]{4,10})\b(?! (?:of"
    r"|section))"
)
_SECRET = re.compile(r"\b(?:password|passwd|pwd|contrasena|pass ?word)(?: is| es|:|=){1,2} ?(?P<code>\S{4,})")

_DIGIT_WORDS = (
    "zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple"
    "|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|doble"
)
_SPELLED = re.compile(rf"\b(?:(?:{_DIGIT_WORDS})[ ,-]+){{6,}}(?:{_DIGIT_WORDS})\b")
_LOCAL = re.compile(r"(?<![\d.$/-])\d{3}[ .-]\d{4}(?![\d/-]|\.\d)")
_LONG_PHONE = re.compile(r"(?<![\d$])\+?(?:\(?\d{2,4}\)?[ ./-]{0,2}){2,4}\d{2,4}(?![\d/])")
_ISO_DATE = re.compile(r"(?:19|20)\d\d[ ./-]\d{1,2}[ ./-]\d{1,2}|\d{1,2}[ ./-]\d{1,2}[ ./-](?:19|20)\d\d")

_ABOUT = (
    r"(?:account|acct|acc|case|permit|licen[cs]e|lic|ticket|citation|invoice|bill|request|report|reference|ref"
    r"|confirmation"
    r"|tracking|parcel|meter|customer|client|member|student|employee|passport|plate|tag|tags|vin|registration"
    r"|policy|id|ssn"
    r"|social(?: security)?|ein|tin|itin|routing|card|badge|docket|application|order|policy"
    r"|cuenta|caso|permiso|licencia|multa|boleta|factura|recibo|solicitud|reporte|referencia|folio|expediente"
    r"|medidor|cliente"
    r"|pasaporte|placas?|matricula|patente|poliza|dni|nie|nif|rfc|curp|cedula|seguro(?: social)?|tarjeta|contrato"
    r"|confirmacion)"
)
_NAMED = re.compile(
    rf"\b{_ABOUT}(?:(?: number| numero| num| no\b| nr| n[o°]|#|:|=|\.| is| es| was| ending in| terminada? en| plates?"
    r"| id| de| y){0,3}[ :#.-]{0,3})"
    r"(?P<id>(?=[a-z0-9-]{0,6} ?[a-z-]*\d{2})(?:[a-z]{1,4}[ -]?)?[a-z0-9]*\d[a-z0-9]*"
    r"(?:[-/][a-z0-9]+| \d[a-z0-9]*){0,4})"
)
_SSN = re.compile(r"(?<![\d-])\d{3}[- .]\d{2}[- .]\d{4}(?![\d-])")
_IP = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_RUN = re.compile(r"(?<![\w$€.,])\d(?:[ -]?\d){5,18}(?!\w|[.,]\d)")
_TOLD = re.compile(
    r"\b(?:tele?f?o?n?o?|cel|celular|cell|mobile|movil|phone|whats?app|fax)(?: number| numero| no\.?)?(?: is| es|:"
    r"|\.){0,2} ?"
    r"(?P<phone>[+(]?\d(?:[ ().-]{0,2}\d){5,13})(?!\d)"
)
_MIXED = re.compile(r"(?<![\w@$])(?=[a-z0-9-]*[a-z])(?=(?:[a-z-]*\d){3})[a-z0-9]+(?:-[a-z0-9]+){0,4}(?!\w)")
_UNITS = re.compile(
    r"\d+-?(?:sq|sqft|ft|feet|am|pm|st|nd|rd|th|km|m|mi|lbs?|kg|mph|hrs?|h|days?|k|kwh|usd|gal|yds?|min|mins|x\d+|s"
    r"|hour|day|year|yr)s?"
    r"|[a-z]{1,3}-?\d{1,3}|(?:form|title|sec|section|covid|open|route|bus)-?\d+|\d{1,4}[a-z]?-(?:year|day|hour"
    r"|month|foot|unit).*"
    r"|\d{1,4}(?:am|pm)?-\d{1,4}(?:am|pm)?"
)
_PLATE = re.compile(
    r"\b(?!(?:the|and|for|bus|apt|fee|fy|act|law|of|in|by|at|to|is|los|las|por|tel)\b)[A-Z]{3}[ -]\d{3,4}\b"
)


def links_and_mail(text: str, plain: str, language: str) -> Found:
    """Mail addresses, also in words; names at social sites; web addresses that carry a token."""
    for pattern in (_MAIL_IN_WORDS, _MAIL):
        yield from (("email", *match.span()) for match in pattern.finditer(plain))
    for match in _URL.finditer(plain):
        end = match.end() - (len(match[0]) - len(match[0].rstrip(".,;:!?)")))
        if _PROFILE.search(match[0]) or _TOKEN.search(match[0].split("//")[-1][: end - match.start()]):
            yield "link", match.start(), end
    yield from (("name", *match.span()) for match in _HANDLE.finditer(plain))


def births_and_codes(text: str, plain: str, language: str) -> Found:
    """Dates of birth, named as such or too long ago for anything else; codes and passwords."""
    yield from (("date of birth", *match.span("date")) for match in _BIRTH.finditer(plain))
    for match in _LONG_AGO.finditer(plain):
        years = [int(part) for part in re.findall(r"\d{4}", match[0])]
        if years and 1900 <= years[0] <= 2012:
            yield "date of birth", *match.span()
    for pattern in (_CODE, _SECRET):
        yield from (("code", *match.span("code")) for match in pattern.finditer(plain))


def cards_and_papers(text: str, plain: str, language: str) -> Found:
    """What is known by its form or by the word before it: payment cards, social security, accounts, permits,"
    " plates."""
    for match in _RUN.finditer(plain):
        digits = re.sub(r"\D", "", match[0])
        if 13 <= len(digits) <= 19 and is_card(digits):
            yield "card", *match.span()
    for pattern in (_SSN, _IP):
        yield from (("number", *match.span()) for match in pattern.finditer(plain))
    for match in _NAMED.finditer(plain):
        if not re.fullmatch(r"(?:19|20)\d\d|\d{1,2}", match["id"]) and not _ISO_DATE.fullmatch(match["id"]):
            yield "number", *match.span("id")


def phones(text: str, plain: str, language: str) -> Found:
    """Phone numbers of the country and with a country's code, and those that are spelled out."""
    yield from (("phone", *match.span("phone")) for match in _TOLD.finditer(plain))
    yield from (("phone", *match.span()) for match in _SPELLED.finditer(plain))
    if sum(map(str.isdigit, text)) < 7:
        return
    for known in PhoneNumberMatcher(text, "US", leniency=Leniency.VALID):
        if not _ISO_DATE.fullmatch(plain[known.start : known.end]):
            yield "phone", known.start, known.end
    for match in _LONG_PHONE.finditer(plain):
        digits = sum(map(str.isdigit, match[0]))
        written = re.search(r"[ ().+-]", match[0].strip())
        if 9 <= digits <= 13 and (written or digits == 10) and not _ISO_DATE.search(match[0]):
            yield "phone", *match.span()
    for match in _LOCAL.finditer(plain):
        if not re.fullmatch(r"(?:19|20)\d\d", match[0][-4:]) or match[0][3] != " ":
            yield "phone", *match.span()


def identifiers(text: str, plain: str, language: str) -> Found:
    """Plates, and whatever is long enough to be the number of something."""
    yield from (("number", *match.span()) for match in _PLATE.finditer(text))
    for match in _MIXED.finditer(plain):
        if len(match[0]) >= 6 and not _UNITS.fullmatch(match[0]):
            yield "number", *match.span()
    for match in _RUN.finditer(plain):
        if not _ISO_DATE.fullmatch(match[0]) and not _years(match[0]):
            yield "number", *match.span()


def is_card(digits: str) -> bool:
    """Whether the check digit of a payment card is right (ISO/IEC 7812)."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _years(text: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d[ -](?:19|20)\d\d", text))
