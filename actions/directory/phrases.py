"""How people name days, hours, languages and wishes, in English and Spanish (lower case, without accents)."""

import re

DAY_WORDS = {
    "mon": "mondays?|lunes", "tue": "tuesdays?|tues|martes", "wed": "wednesdays?|miercoles",
    "thu": "thursdays?|thurs|jueves", "fri": "fridays?|viernes",
    "sat": "saturdays?|sabados?", "sun": "sundays?|domingos?",
}  # fmt: skip
DAYS = re.compile(r"\b(?:on |el |los |next |this |este )?(" + "|".join(DAY_WORDS.values()) + r")\b")
MORNING = re.compile(r"\b(?:in the |(?:por|en|de) la )(?:morning|manana)s?\b|\bmornings?\b")
AFTERNOON = re.compile(r"\b(?:in the |(?:por|en|de) la )?(?:afternoons?|tardes?)\b")
EVENING = re.compile(
    r"\btonight\b|\b(?:in the )?evenings?\b|\b(?:esta|(?:por|en|de) la) noche\b|\bat night\b|\bafter work\b"
)
TOMORROW = re.compile(r"\btomorrow\b|\btmrw\b|\bmanana\b")
TODAY = re.compile(r"\btoday\b|\bhoy\b|\btonight\b|\besta noche\b")
NOW = re.compile(r"\bright now\b|\bopen now\b|\bnow\b|\bahorita?\b|\bahora(?: mismo)?\b|\ben este momento\b|\basap\b")
WEEKEND = re.compile(r"\b(?:on |this |the |el |los |este )*(?:weekends?|fin(?:es)? de semana)\b")
AFTER = re.compile(r"\b(?:after|past|despues de las?|a partir de las?) (\d{1,2})(?::?(\d{2}))? ?([ap])?\.?m?\b\.?")
FREE = re.compile(
    r"\bfor free\b|\bfree\b(?! time)|\bgratis\b|\bgratuit[oa]s?\b|\bsin costo\b|\bno cost\b|\bno money\b|\bsin dinero\b"
)
WHEELCHAIR = re.compile(
    r"\bwheelchair (?:access\w*|friendly|ramp)|\b(?:in|with|use|for) (?:a |my )?wheelchairs?\b"
    r"|\baccessible\b|\baccesibles?\b"
    r"|\bacceso para sillas? de ruedas\b|\b(?:en|con|para|uso) (?:una |la |mi )?sillas? de ruedas\b"
)
LANGUAGES = {
    "es": "spanish|espanol", "en": "english|ingles", "pl": "polish|polaco", "ar": "arabic|arabe",
    "uk": "ukrainian|ucraniano",
    "zh": "chinese|mandarin|cantonese|chino", "ru": "russian|ruso",
    "fr": "french|frances", "vi": "vietnamese|vietnamita",
    "ase": "sign language|lengua de senas|lenguaje de senas",
}  # fmt: skip
SPEAKS = re.compile(
    r"(?:\b(?:who|that|where|they|someone|somebody|anyone|people|staff|and|que|donde|alguien)\s+)*"
    r"(?:\b(?:speaks?|speaking|spoken|in|hable[ns]?|habla[ns]?|hablar|en|atienda[ns]? en|atienden en)\s+)"
    r"(?:a |el |la )?(" + "|".join(LANGUAGES.values()) + r")\b(?:[- ]speaking)?(?: speakers?)?"
)
SPEAKING = re.compile(r"\b(" + "|".join(LANGUAGES.values()) + r")[- ]speak(?:ing|ers?)\b")
GREETING = re.compile(r"\bgood (?:morning|afternoon|evening|day)\b|\bbuen[oa]s? (?:dias?|tardes?|noches?)\b")
NEARNESS = re.compile(
    r"\b(?:near|close to|next to|around|closest to|nearest to?|cerca del?|junto al?|al lado de|por|by|on|at|in|en|de)"
    r"\s+(?:the |la |el )?(?:corner of |esquina de |calle |avenida )?$"
)
UNKNOWN_PLACE = re.compile(r"\b(?:near|close to|next to|around|cerca del?|junto al?|al lado de)\s+\w+(?:\s+\w+){0,2}")
NEAR_ME = re.compile(
    r"\bnear(?:by| me| here| my (?:house|home|place))?\b|\bclose (?:to|by)(?: me| here)?\b"
    r"|\bcerca(?: de (?:mi(?: casa)?|aqui))?\b"
    r"|\bin (?:town|the city|my area|my neighborhood)\b|\ben (?:la ciudad|mi barrio|mi colonia)\b"
)
SMALL = frozenset(
    (
        "a about an and any anybody anyone anywhere are at be but can could do does doing for from get gets "
        "getting give gives go going good have has hello help hey hi how i id if im i'm in is it its kind know "
        "like location looking look me might my need needs of offer offers ok on open opens or our out place "
        "places please plz provide search service services should some somebody someone something somewhere sort "
        "tell thanks thank that the their them there they this to today u us want wanna was we what whats what's "
        "when where wheres where's which who with would you your ur gimme find near around al algo alguien algun "
        "alguna algunos aca ahi aqui ayuda ayuden ayudan ayudar ayudarme busco buscando buenas buenos como con "
        "conseguir cual cuales cuando dan dar de del dia dias donde encontrar encuentro el ella en es esa ese "
        "esta estan este esto favor hay hola ir la las le les lo los lugar lugares mi mis necesita necesito o "
        "obtener ofrecen para pero persona podria por pueda puedan puede pueden puedo que queda quedan quiero "
        "quien quisiera recibir sabe saben se ser servicio servicios si sitio son soy su sus tarde te tengo tiene "
        "tienen un una uno unos voy y ya yo abierto abierta abiertos abren ayude ayudenme ayudeme instead "
        "anything closer nearer nere neer else otro otra otros otras mas more other another nr"
    ).split()
)
