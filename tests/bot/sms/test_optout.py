"""Who asks to stop is heard, in any words; who only uses such a word is not."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SettingError
from bot.settings import ROOT
from bot.sms.optout import OptOut, load_optout

VECTORS = ROOT / ".." / "shared" / "data" / "twilio" / "optout.json"
STOPS = """
    Stop texting me|please STOP texting me!!|stop sending me these txts|pls stop with the messages
    quit texting this number|don’t ever text me again|Do not contact me anymore|no more texts please
    take me off your list|remove me from this list
    I want to unsubscribe from these alerts|how do i opt out? I want to opt out|wrong number|leave me alone|Stop it
    you have the wrong number, stop texting me about water bills|unsubscirbe|i dont want any more messages from the city
    delete my number from your system|lose my number|can you stop the text messages thank you|opt me out
    no me manden más mensajes|ya no me escriban|dejen de mandarme mensajes por favor|No quiero recibir más mensajes
    quítenme de la lista|sáquenme de su lista por favor|borren mi número|ya no quiero mensajes de ustedes
    por favor paren|deje de escribirme|denme de baja de los mensajes|basta de mensajes|número equivocado
    quiero darme de baja|no deseo recibir sus mensajes|ne m'envoyez plus de messages|arrêtez de m'envoyer des textos
"""
MESSAGES = """
    cancel my appointment|how do I cancel my water service|when does the bus stop running|is there a bus stop on Elm
    a stop sign is missing at 5th and Main|stop payment on my check|the noise does not stop at night, who do I call
    please stop the water leak in front of my house it is flooding|my neighbor won't stop burning trash|end of the month
    quit smoking program|I want to remove my car from the permit|cancelled permit|what is the wrong number on my bill
    can you help me|info about parking permits|start a business|start water service|start a new trash service at 12 Oak
    yes please|yes send it|stop light is out at Main|when does early voting end|I need to stop my mail ballot
    how do i take my name off the tax bill|no more yard waste pickup this year?|messages from the library about my book
    cancelar mi cita|dar de baja el servicio de agua|¿dónde está la parada del autobús?|falta un alto en la calle 5
    quiero parar el ruido de mi vecino|mi recibo tiene un número equivocado en la cuenta|ayuda con mi renta
    información de licencias|necesito empezar el servicio de agua|alta del servicio de agua|¿a qué hora termina?
"""


@pytest.fixture(scope="module")
def words() -> OptOut:
    return load_optout(ROOT / "data" / "optout.yml")


def texts(block: str) -> list[str]:
    return [text for part in block.replace("\n", "|").split("|") if (text := part.strip())]


def vectors() -> list[Any]:
    if not VECTORS.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason="shared/data/twilio/optout.json is not here"))]
    return [pytest.param(case, id=case["body"]) for case in json.loads(VECTORS.read_text("utf-8"))]


@pytest.mark.parametrize("case", vectors())
def test_the_vectors_hold(words: OptOut, case: dict[str, Any]) -> None:
    expected = "none" if case["expect"] == "message" else case["expect"]
    assert words.wish(case["body"], case["opt_out_type"]) == expected


@pytest.mark.parametrize(
    "text", [text.strip() for line in STOPS.split("\n") for text in line.split("|") if text.strip()]
)
def test_a_wish_to_stop_is_heard_in_any_words(words: OptOut, text: str) -> None:
    assert words.wish(text) in ("stop", "stop_candidate")


@pytest.mark.parametrize(
    "text",
    [text.strip() for line in MESSAGES.split("\n") for text in line.split("|") if text.strip() not in ("", "cancel")],
)
def test_a_false_friend_reaches_the_assistant(words: OptOut, text: str) -> None:
    assert words.wish(text) == "none"


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("STOP", "stop"), (" Stop. ", "stop"), ("“stop”", "stop"), ("STOP!!!", "stop"), ("Opt-Out", "stop"),
        ("ＳＴＯＰ", "stop"), ("stop 🛑", "stop"), ("NO MÁS", "stop"), ("Ｂaja.", "stop"), ("Arrêt", "stop"),
        ("Start", "start"), ("Yes", "start"), ("INICIO", "start"), ("Help", "help"), ("¿Ayuda?", "help"),
        ("", "none"), ("🛑", "none"), ("s.t.o.p", "none"),
    ],
)  # fmt: skip
def test_a_keyword_is_the_whole_message(words: OptOut, text: str, wish: str) -> None:
    assert words.wish(text) == wish


def test_what_twilio_says_goes_before_the_words(words: OptOut) -> None:
    assert words.wish("hola", "STOP") == "stop"
    assert words.wish("stop", "START") == "start"
    assert words.wish("stop", "") == "stop"


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "optout.yml").write_text("keywords: []")
    with pytest.raises(SettingError, match=r"optout\.yml cannot be read"):
        load_optout(tmp_path / "optout.yml")
