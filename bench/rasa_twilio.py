"""Runs the texting scenarios against Rasa's own Twilio channel: `nlu/.venv/bin/python -m bench.rasa_twilio`.

The channel's server and its Twilio client are real; behind them are an assistant that echoes, and a Twilio that is a
function. Each line says whether the channel does what shared/data/twilio/scenarios.json expects. It has no address for
status callbacks; they are posted all the same.
"""

import asyncio
import json
import multiprocessing
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import requests
from rasa.core.channels.channel import UserMessage
from rasa.core.channels.twilio import TwilioInput
from sanic import Sanic
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

ACCOUNT, TOKEN, CITY, PHONE, OTHER = "AC" + "0" * 32, "token", "+13125550100", "+13125550199", "+13125550198"
ERRORS = {"429": (429, 20429), "21610": (400, 21610)}


class Behind:
    """What the channel has behind it; `heard` and `posts` are lists that both processes see."""

    def __init__(self, manager: Any) -> None:
        self.heard, self.posts, self.trouble = manager.list(), manager.list(), manager.list()

    def request(self, _client: Any, method: str, url: str, data: Any = None, **_: Any) -> Response:
        """Twilio's side of one call of the library."""
        trouble = self.trouble.pop(0) if self.trouble else ""
        if trouble == "slow":
            time.sleep(1.0)
        if trouble in ERRORS:
            status, code = ERRORS[trouble]
            self.posts.append((data["To"], "refused"))
            return Response(status, json.dumps({"code": code, "message": "no", "status": status}))
        self.posts.append((data["To"], data["Body"]))
        if trouble == "accepted then dropped":
            raise requests.ConnectionError("the connection ended")
        if trouble == "dropped":
            self.posts.pop()
            raise requests.ConnectionError("the connection ended")
        return Response(201, json.dumps({"sid": "SM1", "status": "queued", "body": data["Body"]}))

    async def answer(self, message: UserMessage) -> None:
        """The assistant: echoes, in three paragraphs where it is asked for them, slowly where it is asked to."""
        self.heard.append(message.text)
        if message.text == "slow":
            await asyncio.sleep(3)
        words = "one\n\ntwo\n\nthree" if message.text == "three" else f"echo: {message.text}"
        await message.output_channel.send_text_message(message.sender_id, words)


def serve(behind: Behind, port: int) -> None:
    """The channel's server, until it is ended."""
    TwilioHttpClient.request = lambda client, *given, **named: behind.request(client, *given, **named)  # type: ignore[method-assign]
    app = Sanic("stock", configure_logging=False)
    channel = TwilioInput(ACCOUNT, TOKEN, CITY)
    app.blueprint(channel.blueprint(behind.answer), url_prefix="/webhooks/twilio")
    app.run("127.0.0.1", port, access_log=False)


class Desk:
    """A fresh channel for one scenario."""

    def __init__(self, manager: Any) -> None:
        self.behind = Behind(manager)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/webhooks/twilio"
        self.start()

    def start(self) -> None:
        self.process = multiprocessing.Process(target=serve, args=(self.behind, self.port), daemon=True)
        self.process.start()
        for _ in range(200):
            try:
                requests.get(f"{self.url}/", timeout=1)
                return
            except requests.ConnectionError:
                time.sleep(0.05)
        raise RuntimeError("the channel does not start")

    def text(self, body: str, sid: str = "SM1", phone: str = PHONE, timeout: float = 15.0, **more: str) -> int:
        form = {"MessageSid": sid, "AccountSid": ACCOUNT, "From": phone, "To": CITY, "Body": body, **more}
        try:
            return requests.post(f"{self.url}/webhook", data=form, timeout=timeout).status_code
        except requests.RequestException:
            return 0

    def at_once(self, *calls: Callable[[], Any]) -> None:
        threads = [threading.Thread(target=call) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    @property
    def heard(self) -> list[str]:
        return list(self.behind.heard)

    @property
    def sent(self) -> list[tuple[str, str]]:
        return list(self.behind.posts)


def _sequential(desk: Desk) -> bool:
    desk.text("hello"), desk.text("hello")
    return len(desk.heard) == len(desk.sent) == 1


def _concurrent(desk: Desk) -> bool:
    desk.at_once(*[lambda: desk.text("hello")] * 50)
    return len(desk.heard) == 1


def _after_crash(desk: Desk) -> bool:
    thread = threading.Thread(target=desk.text, args=("slow",))
    thread.start()
    time.sleep(0.5)
    desk.process.kill()
    thread.join()
    desk.start()
    time.sleep(4)
    return len(desk.sent) == 1


def _no_callbacks(desk: Desk) -> bool:
    answer = requests.post(f"{desk.url}/status", data={"MessageSid": "SM1", "MessageStatus": "delivered"}, timeout=5)
    return answer.status_code < 300


def _after(trouble: str, proof: Callable[[Desk], bool]) -> Callable[[Desk], bool]:
    def scenario(desk: Desk) -> bool:
        desk.behind.trouble.append(trouble)
        desk.text("hello")
        time.sleep(1)
        return proof(desk)

    return scenario


def _stop(desk: Desk) -> bool:
    desk.text("STOP")
    return not desk.sent


def _one_contact(desk: Desk) -> bool:
    desk.text("three")
    return len(desk.sent) == 1


def _two_contacts(desk: Desk) -> bool:
    desk.behind.trouble.append("slow")
    took: dict[str, float] = {}

    def write(phone: str, wait: float) -> None:
        time.sleep(wait)
        began = time.monotonic()
        desk.text("hello", phone=phone)
        took[phone] = time.monotonic() - began

    desk.at_once(lambda: write(PHONE, 0), lambda: write(OTHER, 0.2))
    return took[OTHER] < 0.5


def _slow(desk: Desk) -> bool:
    began = time.monotonic()
    desk.text("slow")
    return time.monotonic() - began < 1


def _is_refused(**more: Any) -> Callable[[Desk], bool]:
    return lambda desk: requests.post(f"{desk.url}/webhook", timeout=5, **more).status_code == 403


SCENARIOS: dict[str, Callable[[Desk], bool]] = {
    "dup-sequential": _sequential,
    "dup-concurrent": _concurrent,
    "dup-after-crash": _after_crash,
    "dup-crash-after-rasa": _after_crash,
    "retry-new-idempotency-token": _sequential,
    **dict.fromkeys(
        (
            "status-many-same-sid",
            "status-out-of-order",
            "status-smsstatus-mismatch",
            "status-before-create-response",
            "cb-21610",
        ),
        _no_callbacks,
    ),
    "ambiguous-timeout-accepted": _after("accepted then dropped", lambda desk: len(desk.sent) == 1),
    "ambiguous-timeout-not-accepted": _after("dropped", lambda desk: len(desk.sent) == 1),
    "http-429": _after("429", lambda desk: "echo: hello" in [body for _, body in desk.sent]),
    "http-400-21610": _after("21610", lambda desk: desk.text("again") and len(desk.sent) == 1),
    "stop-then-reply-in-flight": _stop,
    "order-one-contact": _one_contact,
    "order-two-contacts": _two_contacts,
    "slow-bot": _slow,
    "spanish-inverted": lambda desk: bool(desk.text("¡Hola!")) and desk.heard == ["¡Hola!"],
    "mms-no-body": lambda desk: desk.text("", NumMedia="1", MediaUrl0="https://example.org/1") < 300,
    "slash-intent": lambda desk: bool(desk.text("/restart")) and desk.heard != ["/restart"],
    "unknown-new-params": lambda desk: desk.text("hello", Foo="bar") < 300 and desk.heard == ["hello"],
    "messaging-service-number": lambda desk: (
        desk.text("hello", MessagingServiceSid="MG1") < 300 and desk.heard == ["hello"]
    ),
    "forged (empty-params-signature, token-rotation, proxy-headers)": _is_refused(
        data={"From": PHONE, "Body": "forged"},
        headers={"X-Twilio-Signature": "forged", "X-Forwarded-Host": "evil.example"},
    ),
    "json-body-no-hash": _is_refused(json={"From": PHONE}),
    "base64-body": lambda desk: (
        bool(desk.text("d2hlbiBpcyB0cmFzaCBkYXkgb24gRWxtIFN0cmVldA=="))
        and desk.heard == ["when is trash day on Elm Street"]
    ),
}


def main() -> None:
    """One line a scenario."""
    manager, held = multiprocessing.Manager(), 0
    for name, scenario in SCENARIOS.items():
        desk = Desk(manager)
        try:
            good = scenario(desk)
        finally:
            desk.process.kill()
        held += good
        said = [words for _, words in desk.sent][:3]
        print(f"{'holds' if good else 'fails':6} {name:45} heard {len(desk.heard)}, sent {said}")
        sys.stdout.flush()
    print(f"{held} of {len(SCENARIOS)}")


if __name__ == "__main__":
    main()
