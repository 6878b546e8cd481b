"""Review and publish in the studio: a second person, urgent releases, the way back, and the switch."""

import html
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import httpx
import pytest

from bot import audit
from studio.publishing import git
from studio.publishing.gate import Step
from studio.publishing.git import Author
from studio.web.publishing.shown import condition
from studio.web.visit import Visit
from tests.studio.web.house import Running, page_of, post

HERE = "/publishing"
ANSWERS = "data/topics/parks/answers.yml"
TESTS, RULES, QUESTIONS = (f"data/topics/parks/{name}.yml" for name in ("tests", "rules", "questions.en"))
HOURS = "utter_faq/parks_hours"


@pytest.fixture(scope="module")
def clients(studio: Running) -> Iterator[dict[str, httpx.Client]]:
    """A browser for somebody of each role."""
    found = {role: studio.session(role) for role in studio.people}
    yield dict(found)
    for client in found.values():
        client.close()


def save(studio: Running, old: str, new: str) -> None:
    """An editor saves a change, as the topic's page does."""
    text = (studio.root / ANSWERS).read_text()
    assert old in text
    (studio.root / ANSWERS).write_text(text.replace(old, new))
    git.commit(studio.root, [ANSWERS], Author("Ed Editor"), "content: Change hours.")


def hours(studio: Running) -> str:
    """The hour that stands in the draft."""
    found = re.search(r"Parks open at (\d+)\.", (studio.root / ANSWERS).read_text())
    assert found
    return found[1]


def later(studio: Running) -> None:
    now = hours(studio)
    save(studio, f"Parks open at {now}.", f"Parks open at {int(now) + 1}.")


def sealed(client: httpx.Client, page: str = HERE) -> dict[str, str]:
    """The hidden fields of the page's forms: which draft and which request the person has seen."""
    found = re.findall(r'name="(digest|review)" value="([^"]+)"', page_of(client, page))
    return dict(found)


def send(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    return post(client, f"{HERE}/{path}", HERE, **{**sealed(client), **fields})


def ended(studio: Running, answer: httpx.Response) -> str:
    """The page of the work that a form has begun, once it is over."""
    assert answer.status_code == 303 and answer.headers["location"].startswith("/jobs/"), answer.text
    studio.run(studio.studio.jobs.end(answer.headers["location"].removeprefix("/jobs/")))
    with studio.session("viewer") as viewer:
        return html.unescape(page_of(viewer, answer.headers["location"]))


def wait_for_check(studio: Running) -> None:
    for job in studio.studio.jobs.running():
        studio.run(studio.studio.jobs.end(job.id))


def reviewed(studio: Running, clients: dict[str, httpx.Client], message: str = "New hours.") -> None:
    assert send(clients["editor"], "ask", message=message).headers["location"] == HERE
    assert send(clients["reviewer"], "approve", note="Good.").headers["location"] == HERE
    wait_for_check(studio)


def said(studio: Running, what: str) -> list[tuple[str, str]]:
    found = studio.run(audit.entries(studio.studio.store, what=what))
    return [(entry.who, entry.subject) for entry in found]


@pytest.fixture(scope="module", autouse=True)
def first(studio: Running, clients: dict[str, httpx.Client]) -> None:
    """The first release, so that there is something to compare with."""
    page = page_of(clients["viewer"], HERE)
    assert "Nothing was published yet" in page and "<form" not in page.split("<main")[1].split("</main>")[0]
    reviewed(studio, clients, "Begin.")
    assert "Release 1 is live." in ended(studio, send(clients["publisher"], "publish", why="Begin."))
    assert "Nothing to publish" in page_of(clients["viewer"], HERE)


def test_words_go_live_after_another_person_has_approved(studio: Running, clients: dict[str, httpx.Client]) -> None:
    before = studio.studio.place.releases.live()
    later(studio)
    page = page_of(clients["viewer"], HERE)
    assert re.search(r"\d+ changes since the live release", page) and "Only words changed" in page
    now = int(hours(studio))
    assert f"<del>{now - 1}</del>" in page and f"<ins>{now}</ins>" in page
    assert send(clients["editor"], "ask", message="").status_code == 422
    send(clients["editor"], "ask", message="New <b>hours</b>.")
    wait_for_check(studio)
    assert "A draft waits for your review" in page_of(clients["reviewer"], "/")
    assert "A draft waits for your review" not in page_of(clients["editor"], "/")
    assert "New &lt;b&gt;hours" in page_of(clients["reviewer"], HERE)
    assert "No mistakes" in page_of(clients["viewer"], HERE)
    send(clients["reviewer"], "approve", note="Good.")
    assert "A draft is ready to publish" in page_of(clients["publisher"], "/")
    assert "Rita Reviewer approved it" in page_of(clients["publisher"], HERE)
    page = ended(studio, send(clients["publisher"], "publish", why="New hours."))
    live = studio.studio.place.releases.live()
    assert live and before and f"Release {live.number} is live." in page
    assert (live.kind, live.who, live.approved_by, live.asked_by) == (
        "words", "Paul Publisher", "Rita Reviewer", "Ed Editor")  # fmt: skip
    assert live.model == before.model and live.commit == git.head(studio.root)
    assert said(studio, "publish.release")[0] == ("Paul Publisher", f"release {live.number}")
    assert said(studio, "review.")[:2] == [
        ("Rita Reviewer", f"draft {live.digest[:12]}"), ("Ed Editor", f"draft {live.digest[:12]}")]  # fmt: skip


def test_nobody_reviews_what_they_asked_for_themselves(studio: Running, clients: dict[str, httpx.Client]) -> None:
    later(studio)
    send(clients["publisher"], "ask", message="New hours.")
    assert "so somebody else has to look at it" in page_of(clients["publisher"], HERE)
    own = send(clients["publisher"], "approve")
    assert own.status_code == 409 and "somebody else has to decide" in own.text
    early = send(clients["publisher"], "publish", why="New hours.")
    assert early.status_code == 422 and "Another person has to approve" in early.text
    assert send(clients["publisher"], "withdraw").status_code == 303


def test_what_comes_back_says_why_and_another_draft_needs_another_review(
    studio: Running, clients: dict[str, httpx.Client]
) -> None:
    later(studio)
    send(clients["editor"], "ask", message="New hours.")
    assert send(clients["reviewer"], "return").status_code == 422
    send(clients["reviewer"], "return", note="Please name the summer hours.")
    assert "Please name the summer hours." in page_of(clients["editor"], HERE)
    assert "Your draft came back" in page_of(clients["editor"], "/")
    send(clients["editor"], "ask", message="New hours, as agreed.")
    seen = sealed(clients["reviewer"])
    later(studio)
    changed = post(clients["reviewer"], f"{HERE}/approve", HERE, **seen)
    assert changed.status_code == 422 and "has changed since you opened this page" in changed.text
    assert "Nobody has asked for a review" in page_of(clients["viewer"], HERE)


def test_mistakes_in_the_draft_are_told_and_nothing_goes_live(
    studio: Running, clients: dict[str, httpx.Client]
) -> None:
    now = hours(studio)
    save(studio, f"Parks open at {now}.", "Use the {} form.")
    try:
        job = ended(studio, send(clients["editor"], "prepare"))
        assert "to mend first" in job
        page = page_of(clients["publisher"], HERE)
        assert "Empty braces" in page and "Mend them first" in page
        before = studio.studio.place.releases.live()
        told = ended(studio, send(clients["publisher"], "publish", why="Quick!", urgent="yes"))
        assert "not published" in told and studio.studio.place.releases.live() == before
    finally:
        save(studio, "Use the {} form.", f"Parks open at {now}.")


def test_what_is_urgent_is_marked_until_another_person_has_looked(
    studio: Running, clients: dict[str, httpx.Client]
) -> None:
    later(studio)
    assert send(clients["publisher"], "publish", urgent="yes").status_code == 422
    assert send(clients["publisher"], "publish", why="A flood.").status_code == 422
    ended(studio, send(clients["publisher"], "publish", why="A flood.", urgent="yes"))
    live = studio.studio.place.releases.live()
    assert live and live.needs_review and live.approved_by is None
    page = f"{HERE}/releases/{live.number}"
    assert f"Release {live.number} went live urgently" in page_of(clients["reviewer"], "/")
    assert f"Release {live.number} went live urgently" not in page_of(clients["publisher"], "/")
    own = post(clients["publisher"], f"{page}/review", page)
    assert own.status_code == 409 and studio.studio.place.releases.get(live.number).needs_review
    assert post(clients["reviewer"], f"{page}/review", page).status_code == 303
    assert studio.studio.place.releases.get(live.number).reviewed_by == "Rita Reviewer"
    assert said(studio, "publish.review") == [("Rita Reviewer", f"release {live.number}")]


def test_of_two_who_publish_at_once_one_is_told_who_was_first(
    studio: Running, clients: dict[str, httpx.Client]
) -> None:
    later(studio)
    reviewed(studio, clients)
    before = studio.studio.place.releases.live()
    with ThreadPoolExecutor(2) as people:
        forms = [(client, sealed(client)) for client in (clients["publisher"], clients["admin"])]
        answers = list(people.map(
            lambda one: post(one[0], f"{HERE}/publish", HERE, why="New hours.", **one[1]), forms))  # fmt: skip
    pages = [ended(studio, answer) for answer in answers]
    live = studio.studio.place.releases.live()
    assert live and before and live.number == before.number + 1
    assert sum(f"Release {live.number} is live." in page for page in pages) == 1
    assert sum("is publishing. Try again" in page or "Nothing has changed" in page for page in pages) == 1


def test_one_step_back_needs_a_reason_and_is_in_the_history(studio: Running, clients: dict[str, httpx.Client]) -> None:
    live = studio.studio.place.releases.live()
    assert live and live.previous
    history = f"{HERE}/history"
    assert post(clients["publisher"], f"{HERE}/rollback", history, number=str(live.previous)).status_code == 422
    back = post(clients["publisher"], f"{HERE}/rollback", history, number=str(live.previous), reason="Wrong hours.")
    assert f"Release {live.previous} is live." in ended(studio, back)
    page = page_of(clients["viewer"], history)
    assert f"Went back to release {live.previous}" in page and "Wrong hours." in page
    assert "changes against release" in page_of(clients["viewer"], f"{HERE}/releases/{live.number}")
    again = post(clients["publisher"], f"{HERE}/rollback", f"{HERE}/releases/{live.number}", number=str(live.number),
                 reason="They were right.")  # fmt: skip
    assert f"Release {live.number} is live." in ended(studio, again)
    assert clients["viewer"].get(f"{HERE}/releases/99").status_code == 404


def test_one_answer_goes_off_with_a_reason_and_comes_back(studio: Running, clients: dict[str, httpx.Client]) -> None:
    page = f"{HERE}/off"
    assert f"?name={HOURS.replace('/', '%2F')}" in page_of(clients["reviewer"], f"{page}?q=hours"), "by its title"
    found = page_of(clients["reviewer"], f"{page}?q=parks+open")
    assert f"/publishing/off?name={HOURS.replace('/', '%2F')}" in found
    assert post(clients["reviewer"], page, name=HOURS).status_code == 422
    unknown = post(clients["reviewer"], page, name="../../etc", reason="Why not.")
    assert unknown.status_code == 422 and "There is no answer or topic" in unknown.text
    assert post(clients["reviewer"], page, name=HOURS, reason="A flood.").status_code == 303
    assert HOURS in (studio.studio.place.published / "off.json").read_text()
    listed = page_of(clients["viewer"], page)
    assert "Hours" in listed and "A flood." in listed and "Rita Reviewer" in listed
    assert post(clients["reviewer"], f"{HERE}/on", page, name=HOURS).status_code == 303
    assert said(studio, "answer.")[:2] == [("Rita Reviewer", HOURS), ("Rita Reviewer", HOURS)]
    assert "Nothing is switched off." in page_of(clients["viewer"], page)


def test_what_changed_is_told_in_words_and_not_in_names_of_the_files(
    studio: Running, clients: dict[str, httpx.Client]
) -> None:
    files = {path: (studio.root / path).read_text() for path in (ANSWERS, TESTS, RULES, QUESTIONS)}
    for path, old, new in (
        (ANSWERS, "owner: parks", "owner: parks and lakes"), (ANSWERS, 'title: "Swim"', 'title: "Bathe"'),
        (TESTS, "is the park open now", "is it open"), (RULES, "- rule: find a park", "- rule: look for a park"),
        (QUESTIONS, "    - may i swim a 1\n", "    - may i [swim](place) a lot\n"),
    ):  # fmt: skip
        assert old in files[path]
        (studio.root / path).write_text((studio.root / path).read_text().replace(old, new, 1))
    try:
        english, spanish = (shown(clients["viewer"], language) for language in ("en", "es"))
    finally:
        for path, text in files.items():
            (studio.root / path).write_text(text)
    for words in ("Owner: parks and lakes", "Bathe → Swim", "The person says: “is it open”",
                  "The assistant answers: Hours", "The person asks: Find park", "The assistant does: Find park",
                  "may i swim place a lot"):  # fmt: skip
        assert words in english, words
    assert "Responsable: parks and lakes" in spanish and "La persona dice: «is it open»" in spanish
    told = english.partition("What changed")[2]
    assert not re.search(r"utter_|action_|faq/|owner:|review_by|user:|steps|intent|\.yml", told)


def shown(client: httpx.Client, language: str) -> str:
    """The words of the page as somebody reads them."""
    post(client, "/language", HERE, language=language, to=HERE)
    text = re.sub(r"<(style|script).*?</\1>|<[^>]+>", "", page_of(client, HERE), flags=re.S)
    post(client, "/language", HERE, language="en", to=HERE)
    return re.sub(r"\s+", " ", html.unescape(text))


def test_a_sent_answer_is_traced_to_its_words_also_when_the_release_is_only_in_git(
    studio: Running, clients: dict[str, httpx.Client]
) -> None:
    live = studio.studio.place.releases.live()
    assert live and not (studio.studio.place.published / "1").exists()
    page = page_of(clients["agent"], f"{HERE}/said?answer={HOURS}&release={live.number}")
    words = (studio.studio.place.releases.folder(live.number) / ANSWERS).read_text()
    stood = re.search(r"Parks open at \d+\.", words)
    assert stood and stood[0] in page and "Paul Publisher" in page
    assert "Parks open at 8." in page_of(clients["agent"], f"{HERE}/said?answer={HOURS}&release=1")
    assert "There is no such answer" in page_of(clients["agent"], f"{HERE}/said?answer=utter_x&release=1")


@pytest.mark.parametrize(("path", "needed"), [
    ("ask", "editor"), ("withdraw", "editor"), ("prepare", "editor"), ("approve", "reviewer"), ("return", "reviewer"),
    ("publish", "publisher"), ("rollback", "publisher"), ("off", "reviewer"), ("on", "reviewer"),
    ("releases/1/review", "reviewer"),
])  # fmt: skip
def test_a_role_that_is_too_small_is_refused_whatever_the_form_says(
    studio: Running, clients: dict[str, httpx.Client], path: str, needed: str
) -> None:
    live, off = studio.studio.place.releases.live(), page_of(clients["viewer"], f"{HERE}/off")
    fields = {"urgent": "yes", "why": "x", "reason": "x", "name": HOURS, "message": "x", "number": "1", "note": "x"}
    below = {"editor": ("viewer", "agent"), "reviewer": ("viewer", "agent", "editor"),
             "publisher": ("viewer", "agent", "editor", "reviewer")}[needed]  # fmt: skip
    for role in below:
        assert post(clients[role], f"{HERE}/{path}", "/", **fields).status_code == 403, role
    assert studio.studio.place.releases.live() == live
    assert ("Nothing is switched off." in off) == (
        "Nothing is switched off." in page_of(clients["viewer"], f"{HERE}/off")
    )


def test_what_the_check_found_is_told_in_the_reader_s_language(studio: Running) -> None:
    english, spanish = (Visit(cast(Any, None), studio.studio, None, None, each, "", "") for each in ("en", "es"))
    counted = "Of 359 questions kept apart, 268 are answered right; before it was 280."
    worse = Step("held out", "failed", counted, ("worse: “a” faq/a → faq/b",))
    assert condition(english, worse).words.startswith(counted) and "listed below" in condition(english, worse).words
    told = condition(spanish, worse)
    assert told.words.startswith("Se entiende peor") and told.words.endswith(counted) and not told.is_english
    assert condition(spanish, Step("tests", "failed", "", ("red", "red"))).words.startswith("2 conversaciones")
    broken = condition(spanish, Step("tests", "failed", "Learning failed."))
    assert (broken.words, broken.is_english) == ("Learning failed.", True)
