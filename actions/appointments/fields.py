"""The questions of the appointment form: what it is for, where, when, who comes, and how to reach them."""

import re
from zoneinfo import ZoneInfo

from actions.appointments.asking import TOPIC, label
from actions.appointments.draft import ANY, CONTACT, NAME, OFFICE, SERVICE, WHEN, Visit, slot_of
from actions.appointments.offers import Offering, meant
from actions.appointments.times import long_time
from actions.forms.field import Field
from actions.forms.values import Options, named_in, one_of, plain, position_in
from actions.words import word

_EMAIL = re.compile(r"[^@\s,;:<>]+@[^@\s,;:<>]+\.[A-Za-z]{2,}")
_PHONE = re.compile(r"(?<![\w-])\+?(?:\(?\d{2,4}\)?[ .-]?){2,4}\d{2,4}(?![\w-])")
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15
_I_AM = re.compile(
    r"^(?:(?:hi|hello|hola|yes|s[ií]|ok|okay|sure|claro|please|por favor)[,.! ]+)*"
    r"(?:(?:my|the) (?:full )?name(?: is|'s)|name(?: is|:)|i am|i'm|im|it's|its|it is|this is|"
    r"call me|put it under|under|for|"
    r"(?:mi|el) nombre(?: completo)? es|nombre:|me llamo|soy|es|a nombre de|ponga(?:lo)? a nombre de|para)[: ]+",
    re.IGNORECASE,
)
_MY_NAME = re.compile(
    r"\b(?:my (?:full )?name is|my name's|me llamo|mi nombre(?: completo)? es|a nombre de) "
    r"(.+?)(?=[.,;!?\n]| and | y (?!\w+$)| i | my | mi | quiero | necesito |$)",
    re.IGNORECASE,
)
NO_MATTER = re.compile(
    r"\b(?:any|either|whichever|whatever|(?:do ?n.?t|does ?n.?t) (?:care|mind|matter)|no preference|both|closest|"
    r"soonest|cualquiera|me da igual|da igual|no importa|la que sea|las dos|ambas|la m[aá]s pronto)\b",
    re.IGNORECASE,
)
_LONGEST_NAME = 80


def all_fields(draft: Visit, known: dict[str, Offering], zone: ZoneInfo, language: str) -> tuple[Field, ...]:
    """The questions that are left to ask, with what is known."""
    offering = known.get(str(draft.values.get(SERVICE, "")))
    office = _office(offering, language) if offering and len(offering.offices) > 1 else ()

    def show(value: str) -> str:
        return _shown(value, zone, language)

    when = Field(
        WHEN,
        read=lambda _: None,  # actions/appointments/finding.py reads it
        label=label(WHEN, language),
        called="time|date|day|hour|hora|fecha|d[ií]a|cu[aá]ndo",
        show=show,
        unclear="utter_appointments_unclear_when",
    )

    return (_service(draft, known, language), *office, when, _name(language), _contact(offering, language))


def _service(draft: Visit, known: dict[str, Offering], language: str) -> Field:
    titles = {key: offering.service.name for key, offering in known.items()}
    listed = [(key, titles[key]) for key in draft.narrowed if key in titles] or list(titles.items())

    def find(text: str) -> str | None:
        keys = [key for key in meant(text, known) if key in dict(listed)]
        return keys[0] if len(keys) == 1 else None

    def read(text: str) -> str | None:
        several = position_in(text, len(listed)) is None and len(meant(text, known)) > 1
        return find(text) or (None if several else one_of(listed, text))

    return Field(
        SERVICE,
        read=read,
        find=find,
        options=tuple(listed),
        label=label(SERVICE, language),
        called="service|servicio|tr[aá]mite",
        show=lambda value: titles.get(value, str(value)),
        clears=(OFFICE, WHEN),
        unclear="utter_appointments_unclear_service",
    )


def _office(offering: Offering, language: str) -> tuple[Field, ...]:
    listed = [(office.id, office.name) for office in offering.offices]
    options = (*listed, (ANY, word(TOPIC, f"{OFFICE}:{ANY}", language)))
    return (
        Field(
            OFFICE,
            read=lambda text: ANY if NO_MATTER.search(text) else one_of(options, text) or _named(options, text),
            find=lambda text: _named(options, text),
            options=options,
            show=lambda value: dict(options).get(value, str(value)),
            unclear="utter_forms_unclear_choice",
            label=label(OFFICE, language),
            called="office|place|location|oficina|lugar",
            clears=(WHEN,),
        ),
    )


def _named(options: Options, text: str) -> str | None:
    named = named_in(options, text)
    return named[0] if len(named) == 1 else None


def _name(language: str) -> Field:
    return Field(
        NAME,
        read=read_name,
        find=find_name,
        free_text=True,
        label=label(NAME, language),
        called="name|nombre",
        correct=same_person,
        unclear="utter_appointments_unclear_name",
    )


def _contact(offering: Offering | None, language: str) -> Field:
    offices = offering.offices if offering else ()
    mail = any(office.email_required for office in offices)
    return Field(
        CONTACT,
        read=read_mail if mail else read_contact,
        find=read_mail if mail else find_contact,
        required=mail or any(office.telephone_required for office in offices),
        label=label(CONTACT, language),
        called="phone|number|e-?mail|mail|tel[eé]fono|correo",
        unclear="utter_appointments_unclear_contact",
        question="utter_appointments_ask_mail" if mail else "",
    )


def read_name(text: str) -> str | None:
    """The name in "my name is Rosa Diaz" or "Rosa Diaz"; None for what is no name."""
    name = _EMAIL.sub("", _PHONE.sub("", _I_AM.sub("", text.strip())))
    name = re.split(r"[.;!?\n]|, (?:and |y )?(?:my|phone|mi|tel)", name)[0].strip(" ,:-")
    letters = sum(char.isalpha() for char in name)
    return " ".join(name.split())[:_LONGEST_NAME] if letters >= 2 and len(name.split()) <= 8 else None


def find_name(text: str) -> str | None:
    """The name of a person who says that it is one, in a text about other things too."""
    found = _MY_NAME.search(text)
    return read_name(found[1]) if found else None


def same_person(old: str, text: str) -> str | None:
    """Another spelling of a name, or more of it: it shares a word with the old one."""
    new = read_name(text)
    return new if new and set(plain(old).split()) & set(plain(new).split()) else None


def read_contact(text: str) -> str | None:
    """A phone number or an e-mail address."""
    return find_contact(text)


def find_contact(text: str) -> str | None:
    """The phone number or the e-mail address in a text about other things too."""
    return read_mail(text) or next((found[0].strip() for found in _PHONE.finditer(text) if _is_phone(found[0])), None)


def read_mail(text: str) -> str | None:
    """The e-mail address in a text."""
    found = _EMAIL.search(text)
    return found[0].rstrip(".") if found else None


def _is_phone(text: str) -> bool:
    return _FEWEST_DIGITS <= sum(char.isdigit() for char in text) <= _MOST_DIGITS


def _shown(value: str, zone: ZoneInfo, language: str) -> str:
    slot = slot_of(value)
    return long_time(slot.starts, zone, language) if slot else value
