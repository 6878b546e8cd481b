"""Looking after accounts: on the people page, and on the command line of the machine."""

import re
import time

import pytest

from bot import audit
from studio.cli import main
from studio.web.accounts import staff
from tests.studio.web.house import Running, page_of, post

GOOD = "correct horse battery"


def link_in(text: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+(/join/[\w-]+)", text)
    assert found, text
    return found[1]


def test_somebody_is_invited_comes_in_and_gets_another_role(studio: Running) -> None:
    admin, nia = studio.session("admin"), studio.visitor()
    made = post(admin, "/people", name="Nia  New", email="Nia@example.gov", role="viewer", language="es")
    link = link_in(made.text)
    assert "Elija su contraseña" in page_of(nia, link), "in her language"
    wrong = post(nia, link, password=GOOD, again="something else")
    assert wrong.status_code == 422 and "no coinciden" in wrong.text
    assert post(nia, link, password=GOOD, again=GOOD).status_code == 303
    assert "Hola, Nia New" in page_of(nia, "/")
    assert studio.visitor().get(link).status_code == 404, "the link works once"
    person = studio.run(staff.by_email(studio.studio.store, "nia@example.gov"))
    assert person and nia.get("/people").status_code == 403
    assert post(admin, f"/people/{person.id}/role", f"/people/{person.id}", role="admin").status_code == 303
    assert nia.get("/people").status_code == 303, "other rights begin with another session"
    assert post(nia, "/sign-in", email=person.email, password=GOOD).status_code == 303
    assert nia.get("/people").status_code == 200
    entries = studio.run(audit.entries(studio.studio.store, subject="Nia New"))
    assert [(entry.who, entry.what) for entry in entries] == [
        ("Nia New", "session.opened"), ("Ada Admin", "account.role"), ("Nia New", "session.opened"),
        ("Nia New", "account.password"), ("Ada Admin", "account.made"),
    ]  # fmt: skip


def test_names_and_addresses_are_one_person_s(studio: Running) -> None:
    admin = studio.session("admin")
    new = {"name": "vera  VIEWER", "email": "other@example.gov", "role": "viewer", "language": "en"}
    taken = post(admin, "/people", **new)
    assert taken.status_code == 422 and "has this name already" in taken.text and "other@example.gov" in taken.text
    taken = post(admin, "/people", **new | {"name": "Otto", "email": "VIEWER@example.gov"})
    assert taken.status_code == 422 and "has this e-mail address already" in taken.text
    missing = post(admin, "/people", name="", email="no", role="king")
    assert missing.status_code == 422 and missing.text.count('class="mistake"') == 3


def test_a_disabled_account_ends_at_once_and_the_last_administrator_stays(studio: Running) -> None:
    admin, agent = studio.session("admin"), studio.session("agent")
    me, them = studio.people["admin"], studio.people["agent"]
    assert agent.get("/").status_code == 200
    assert post(admin, f"/people/{them.id}/disable", f"/people/{them.id}").status_code == 303
    assert agent.get("/").status_code == 303
    assert post(admin, f"/people/{them.id}/reset", "/people").status_code == 409
    assert post(admin, f"/people/{them.id}/enable", "/people").status_code == 303
    assert agent.get("/").status_code == 303, "the sessions of before stay ended"
    for what in ("disable", "reset"):
        refused = post(admin, f"/people/{me.id}/{what}", f"/people/{me.id}")
        assert refused.status_code == 422 and "your own account" in refused.text
    for other in studio.run(staff.everyone(studio.studio.store)):
        if other.role == "admin" and other.id != me.id:
            studio.run(staff.disable(studio.studio.store, other, staff.Act("tests", 0)))
    refused = post(admin, f"/people/{me.id}/role", f"/people/{me.id}", role="viewer")
    assert refused.status_code == 422 and "needs an administrator" in refused.text
    assert admin.get("/people").status_code == 200


def test_a_new_link_replaces_the_password_and_the_one_before(studio: Running) -> None:
    admin, them = studio.session("admin"), studio.people["editor"]
    first = link_in(post(admin, f"/people/{them.id}/reset", "/people").text)
    second = link_in(post(admin, f"/people/{them.id}/reset", "/people").text)
    visitor = studio.visitor()
    assert visitor.get(first).status_code == 404 and visitor.get(second).status_code == 200
    studio.clock.ahead += 8 * 86400
    try:
        assert visitor.get(second).status_code == 404, "too old"
    finally:
        studio.clock.ahead = 0


def test_the_command_line_invites_resets_and_lists(
    studio: Running, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_DATA", str(studio.studio.settings.data_dir))
    monkeypatch.setenv("STUDIO_PORT", str(studio.studio.settings.studio_port))
    assert main(["studio", "invite", "cleo@example.gov", "--name", "Cleo Command", "--role", "publisher"]) == 0
    link = link_in(capsys.readouterr().out)
    cleo = studio.visitor()
    assert post(cleo, link, password=GOOD, again=GOOD).status_code == 303
    assert main(["studio", "invite", "CLEO@example.gov", "--name", "Another"]) == 2
    assert "assistant studio list" in capsys.readouterr().err
    assert main(["studio", "reset", "cleo@example.gov"]) == 0
    assert cleo.get("/").status_code == 303
    assert cleo.get(link_in(capsys.readouterr().out)).status_code == 200
    assert main(["studio", "list"]) == 0
    assert "publisher  Cleo Command <cleo@example.gov>" in capsys.readouterr().out
    told = studio.run(audit.entries(studio.studio.store, subject="Cleo Command"))
    assert told[0].who == "command line" and abs(told[0].at - time.time()) < 60
