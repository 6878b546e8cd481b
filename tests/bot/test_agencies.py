"""agencies.yml: four lines add an agency, and a slip is said with its place before anything starts."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.agencies import load_agencies
from bot.errors import SettingError
from bot.operations.agency_checks import examine_agencies
from bot.settings import Settings

REPORTS = "requests: {kind: open311, url: /open311/v2}\n"


@pytest.fixture
def settings(tmp_path: Path) -> Callable[[str], Settings]:
    def with_file(text: str, **environment: str) -> Settings:
        file = tmp_path / "agencies.yml"
        file.write_text(text, encoding="utf-8")
        return Settings.from_env({"AGENCIES_FILE": str(file), "AGENCY_PORT": "8099", **environment})

    return with_file


def test_an_entry_says_where_the_agency_is_and_which_key_it_wants(settings: Callable[..., Settings]) -> None:
    text = REPORTS + (
        "county:\n  kind: open311\n  url: https://311.county.example.gov/v2\n  key: COUNTY_KEY\n"
        "  timeout: 2\n  zones: zones.yml\n"
    )
    own, county = load_agencies(settings(text), {"COUNTY_KEY": "s3cret"})
    assert (own.url, own.embedded, own.timeout) == ("http://127.0.0.1:8099/open311/v2", True, 4.0)
    assert (county.name, county.key, county.timeout) == ("county", "s3cret", 2.0)
    assert county.options == {"zones": "zones.yml"}
    assert not county.embedded
    assert "s3cret" not in repr(county)


def test_the_files_that_come_along_are_right(settings: Callable[..., Settings]) -> None:
    assert {agency.kind for agency in load_agencies(Settings.from_env({}), {})} >= {"open311"}


def test_one_variable_moves_the_reports_elsewhere(settings: Callable[..., Settings]) -> None:
    (moved,) = load_agencies(settings(REPORTS), {"AGENCY_URL": "https://311.example.gov/v2"})
    assert (moved.url, moved.embedded) == ("https://311.example.gov/v2", False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("requests: [", "cannot be read"),
        ("- kind: open311", "must be a list of `name:` entries"),
        ("requests: /open311/v2", "requests needs lines for `kind:` and `url:`"),
        ("requests: {kind: open211, url: /x}", "requests has the kind 'open211', but a kind is one of open311, hsds"),
        ("requests: {kind: open311}", "requests has the url ''"),
        ("requests: {kind: open311, url: 311.example.gov}", "begins with https://"),
        ("requests: {kind: open311, url: 'https://'}", "begins with https://"),
        ("requests: {kind: open311, url: /x, timeout: soon}", "timeout 'soon', but it is a number of seconds"),
        ("requests: {kind: open311, url: /x, timeout: 0}", "timeout 0"),
        ("directory: {kind: hsds, url: /hsds/v3}", "names no agency of the kind open311"),
        ("", "names no agency of the kind open311"),
    ],
)
def test_a_slip_is_said_with_its_place(settings: Callable[..., Settings], text: str, said: str) -> None:
    with pytest.raises(SettingError, match=r"agencies\.yml") as caught:
        load_agencies(settings(text), {})
    assert said in str(caught.value)


@pytest.fixture
def action_server() -> Iterator[tuple[str, list[dict[str, object]]]]:
    """Something that tells the counts of calls as the action server does; everything else is not found."""
    records: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response({"/agencies": 200, "/broken": 500}.get(self.path, 404))
            self.end_headers()
            self.wfile.write(json.dumps(records).encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", records
        server.shutdown()


def test_doctor_tells_how_the_calls_went(
    settings: Callable[..., Settings], action_server: tuple[str, list[dict[str, object]]]
) -> None:
    url, records = action_server
    counts = {"answered": 7, "slow": 2, "paused": 3}
    failure = {"at": "2026-11-23T10:00:00+00:00", "what": "slow"}
    records.append({"name": "requests", "outcomes": counts, "failing": True, "last_failure": failure})
    chosen = settings(f"requests: {{kind: open311, url: '{url}'}}", ACTIONS_URL=f"{url}/webhook")
    there, calls = examine_agencies(chosen, {})
    assert (there.state, there.words) == ("ok", "Agency requests (open311) answers.")
    assert calls.state == "mend"
    assert "answered 7 calls; 2 times it took too long; it fails just now" in calls.words


def test_doctor_tells_which_agency_cannot_be_reached(
    settings: Callable[..., Settings], action_server: tuple[str, list[dict[str, object]]]
) -> None:
    url, _ = action_server
    text = f"requests: {{kind: open311, url: '{url}/broken'}}\nplaces: {{kind: hsds, url: 'http://127.0.0.1:9'}}\n"
    broken, gone = examine_agencies(settings(text, ACTIONS_URL="http://127.0.0.1:9/webhook"), {})
    assert (broken.state, gone.state) == ("mend", "mend")
    assert "it answered 500" in broken.words and "places (hsds) does not answer" in gone.words
