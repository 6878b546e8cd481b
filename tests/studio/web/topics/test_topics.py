"""Topics in the studio: everything a content person does, with forms alone."""

import re
import threading
from html import unescape
from pathlib import Path

import httpx
import pytest

from tests.studio.web.house import Running, page_of, post

PARKS = "/topics/parks"
HOURS = f"{PARKS}/faq~parks_hours"
Q_EN, ANSWERS = "data/topics/parks/questions.en.yml", "data/topics/parks/answers.yml"
NASTY = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def editor(studio: Running) -> httpx.Client:
    return studio.session("editor")


def text_of(studio: Running, path: str) -> str:
    return (studio.root / path).read_text("utf-8")


def fields_of(page: str, action: str) -> dict[str, str]:
    """The fields of the form that goes to `action`, as a browser would send them."""
    form = next(each for each in re.findall(r"<form.*?</form>", page, re.S) if f'action="{action}' in each)
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag:
            found[name[1]] = unescape(value[1]) if value else ""
    for name, value in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        found[name] = unescape(value)
    return found


def answer_form(client: httpx.Client, page: str = HOURS) -> dict[str, str]:
    return fields_of(page_of(client, page), f"{page}/answer")


def part_form(client: httpx.Client, action: str, language: str) -> dict[str, str]:
    """The form of one language on the question's page."""
    page = page_of(client, action.rpartition("/")[0])
    begin = page.index(f'id="examples-{language}"')
    return fields_of(page[begin:], action)


def test_a_search_looks_inside_questions_and_answers_and_filters_go_together(editor: httpx.Client) -> None:
    assert "Parks" in page_of(editor, "/topics?q=nadar+lago")  # a Spanish answer, without accents or order
    assert "You can swim in the lake" in unescape(page_of(editor, "/topics?q=swim+in+the"))
    assert "No topic fits" in page_of(editor, "/topics?q=nadar&owner=nobody")
    assert '<a href="/topics/finding">' not in page_of(editor, "/topics?owner=parks")
    assert editor.get("/topics?show=nonsense").status_code == 404
    assert editor.get("/topics?page=99").status_code == 200


def test_examples_are_added_several_at_once_as_one_commit_of_the_person(studio: Running, editor: httpx.Client) -> None:
    form = part_form(editor, f"{HOURS}/examples", "en")
    before = text_of(studio, Q_EN)
    told = editor.post(f"{HOURS}/examples", data={**form, "examples": "park hours today\n- is it open late\n\n"})
    assert told.status_code == 303 and told.headers["Location"].startswith(HOURS)
    after = text_of(studio, Q_EN)
    assert set(after.splitlines()) - set(before.splitlines()) == {"    - park hours today", "    - is it open late"}
    latest = studio.studio.draft.history("parks")[0]
    assert latest.who == "Ed Editor" and "2 example questions" in latest.message


def test_an_example_of_another_question_is_asked_about_and_kept_if_wanted(
    studio: Running, editor: httpx.Client
) -> None:
    form = {**part_form(editor, f"{HOURS}/examples", "en"), "examples": "May I swim, c 3?\nopening time of parks"}
    asked = editor.post(f"{HOURS}/examples", data=form)
    assert asked.status_code == 422
    page = unescape(asked.text)
    assert "the same as “may i swim c 3”" in page and "opening time of parks</textarea>" in page
    assert "opening time of parks" not in text_of(studio, Q_EN)
    assert editor.post(f"{HOURS}/examples", data={**form, "anyway": "yes"}).status_code == 303
    assert "- May I swim, c 3?" in text_of(studio, Q_EN)
    near = editor.post("/topics/similar-examples", data={**form, "examples": "may i swim g 77", "question": "x"})
    assert "much like" in near.text


def test_a_language_that_has_no_file_yet_begins_with_its_first_examples(studio: Running, editor: httpx.Client) -> None:
    here = "/topics/finding/find_park"
    (studio.root / "data/topics/finding/questions.es.yml").unlink()
    form = {**part_form(editor, f"{here}/examples", "es"), "examples": "busco un parque\nhay un parque cerca"}
    assert editor.post(f"{here}/examples", data=form).status_code == 303
    assert "- busco un parque\n" in text_of(studio, "data/topics/finding/questions.es.yml")


@pytest.mark.parametrize("typed", ["", "[broken", "x" * 301])
def test_what_cannot_be_an_example_is_refused_and_stays_typed(editor: httpx.Client, typed: str) -> None:
    form = {**part_form(editor, f"{HOURS}/examples", "en"), "examples": typed}
    refused = editor.post(f"{HOURS}/examples", data=form)
    assert refused.status_code == 422 and 'aria-invalid="true"' in refused.text and typed in refused.text


def test_ticked_examples_go_but_never_all(studio: Running, editor: httpx.Client) -> None:
    form = part_form(editor, f"{HOURS}/take-out", "es")
    told = editor.post(f"{HOURS}/take-out", data={**form, "example": ["cuándo abre el parque a 1"]})
    assert told.status_code == 303
    text = text_of(studio, "data/topics/parks/questions.es.yml")
    assert "parque a 1" not in text and "parque b 2" in text
    form = part_form(editor, f"{HOURS}/take-out", "es")
    every = [f"cuándo abre el parque {word} {number}" for number, word in enumerate("abcdefghij", 1)]
    assert editor.post(f"{HOURS}/take-out", data={**form, "example": every}).status_code == 422
    assert editor.post(f"{HOURS}/take-out", data=form).status_code == 422


def test_a_label_is_marked_by_words_shown_as_a_mark_and_taken_off_again(studio: Running, editor: httpx.Client) -> None:
    here = f"{PARKS}/faq~parks_swim/example"
    said = "may i swim a 1"
    page = page_of(editor, f"{here}?language=en&text={said}")
    form = {**fields_of(page, here), "first": "2", "last": "3", "label": "place", "do": "mark"}
    done = editor.post(here, data=form)
    assert done.status_code == 303 and "- may i [swim a](place) 1" in text_of(studio, Q_EN)
    marked = page_of(editor, done.headers["Location"])
    assert re.search(r"<mark>swim a<span", marked)
    assert (
        "[swim a](place)"
        not in re.sub(r"<details.*?</details>", "", marked.split('id="sentence"')[1], flags=re.S).split("<form")[0]
    )
    form = fields_of(marked, here)
    assert (
        editor.post(here, data={**form, "do": "mark", "first": "0", "last": "2", "label": "place"}).status_code == 422
    )
    assert editor.post(here, data={**form, "do": "mark", "first": "0", "last": "0", "label": "nope"}).status_code == 422
    reworded = editor.post(here, data={**form, "do": "reword", "said": "can i swim a 1"})
    assert reworded.status_code == 303 and "- can i [swim a](place) 1" in text_of(studio, Q_EN)
    page = page_of(editor, f"{here}?language=en&text=can i [swim a](place) 1")
    assert editor.post(here, data={**fields_of(page, here), "do": "unmark-0"}).status_code == 303
    assert "- can i swim a 1" in text_of(studio, Q_EN)
    assert editor.get(f"{here}?language=en&text=not+there").status_code == 404


def test_an_answer_is_saved_with_buttons_and_dates_in_the_fewest_lines(studio: Running, editor: httpx.Client) -> None:
    form = answer_form(editor)
    assert form["w0-to-0"] == "Swim"
    before = text_of(studio, ANSWERS).splitlines()
    form |= {
        "w0-text": "Parks open at 9.\r\nCall {city.phones.main}.",
        "w0-title-1": "Find one",
        "w0-to-1": "find_park",
    }
    form |= {"review_by": "2028-01-31", "do": "save"}
    assert editor.post(f"{HOURS}/answer", data=form).status_code == 303
    after = text_of(studio, ANSWERS)
    assert 'payload: "/find_park"' in after and "review_by: 2028-01-31" in after and "open at 9" in after
    assert len(set(after.splitlines()) - set(before)) <= 4
    form = answer_form(editor)
    assert form["w0-text"] == "Parks open at 9.\nCall {city.phones.main}."
    assert editor.post(f"{HOURS}/answer", data={**form, "w0-title-1": "", "w0-to-1": ""}).status_code == 303
    assert "/find_park" not in text_of(studio, ANSWERS)
    assert "nothing to change" in follow(editor, editor.post(f"{HOURS}/answer", data=answer_form(editor)))


def follow(client: httpx.Client, answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.status_code
    return client.get(answer.headers["Location"]).text


def test_a_preview_fills_blanks_counts_texts_and_saves_nothing(studio: Running, editor: httpx.Client) -> None:
    before = text_of(studio, ANSWERS)
    form = answer_form(editor) | {
        "do": "preview",
        "w0-text": "Call {city.phones.main} or {nobody.knows}. We utilize it.",
    }
    form["w1-text"] = "word " * 40
    shown = unescape(editor.post(f"{HOURS}/answer", data=form).text)
    assert "555-0100" in shown and "“utilize” is hard to read. Write “use”." in shown
    assert "Costs 2 texts each time (199 characters" in shown and "{nobody.knows}" in shown
    part = re.search(r'<p class="bubble sms">(word .*?)</p>', shown)
    assert part and part[1].replace('<span class="cut"></span>', "") == ("word " * 40).strip(), "it is read as one"
    assert text_of(studio, ANSWERS) == before
    live = {"csrf": form["csrf"], "text": "¿Dónde está? ☂", "language": "es", "channel": "sms", "button": "Sí"}
    told = editor.post("/topics/preview-wording", data=live).text
    assert "Costs 1 text " in told and "makes it dear" in told
    assert editor.post("/topics/preview-wording", data={**live, "channel": "fax"}).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"w0-text": "  "}, "w0-text"),
        ({"source": "http://example.gov"}, "source"),
        ({"review_by": "soon"}, "review_by"),
        ({"w0-title-1": "More", "w0-to-1": "nowhere"}, "w0-to-1"),
        ({"w0-title-1": "", "w0-to-1": "Swim"}, "w0-title-1"),
    ],
)
def test_a_mistake_in_an_answer_is_told_at_its_field_and_nothing_typed_is_lost(
    editor: httpx.Client, change: dict[str, str], field: str
) -> None:
    form = answer_form(editor) | {"w2-text": "Escrito con cuidado."} | change
    refused = editor.post(f"{HOURS}/answer", data=form)
    assert refused.status_code == 422
    assert f'href="#f-{field}"' in refused.text and "Escrito con cuidado." in refused.text
    assert re.search(rf'id="f-{field}"[^>]*aria-invalid="true"', refused.text)


def test_two_people_at_once_lose_nothing(studio: Running, editor: httpx.Client) -> None:
    other = studio.session("publisher")
    mine, theirs = answer_form(editor), answer_form(other)
    assert other.post(f"{HOURS}/answer", data={**theirs, "w2-text": "Abren a las 7."}).status_code == 303
    told = follow(editor, editor.post(f"{HOURS}/answer", data={**mine, "w1-text": "Open from 8 by text."}))
    assert "both changes are kept" in told
    both = text_of(studio, ANSWERS)
    assert "Abren a las 7." in both and "Open from 8 by text." in both

    mine, theirs = answer_form(editor), answer_form(other)
    assert (
        other.post(f"{HOURS}/answer", data={**theirs, "w0-text": "Their words.", "w3-text": "Suyo."}).status_code == 303
    )
    clash = editor.post(f"{HOURS}/answer", data={**mine, "w0-text": "My words.", "w1-text": "My text."})
    assert clash.status_code == 409
    page = unescape(clash.text)
    assert "Paul Publisher changed the same words" in page and "Their words." in page
    form = fields_of(clash.text, f"{HOURS}/answer")
    assert (form["w0-text"], form["w1-text"], form["w3-text"]) == ("My words.", "My text.", "Suyo.")
    assert editor.post(f"{HOURS}/answer", data=form).status_code == 303
    assert all(words in text_of(studio, ANSWERS) for words in ("My words.", "My text.", "Suyo."))


def test_a_title_changed_by_two_is_asked_about(studio: Running, editor: httpx.Client) -> None:
    other = studio.session("publisher")
    mine, theirs = (part_form(each, f"{HOURS}/title", "en") for each in (editor, other))
    assert other.post(f"{HOURS}/title", data={**theirs, "title": "Opening hours"}).status_code == 303
    clash = editor.post(f"{HOURS}/title", data={**mine, "title": "When parks open"})
    assert clash.status_code == 409 and 'value="When parks open"' in clash.text
    assert editor.post(f"{HOURS}/title", data={**mine, "title": " "}).status_code == 422


NEW = {
    "title-en": "Dog park", "title-es": "Parque de perros", "in": "", "name": "",
    "examples-en": "where can my dog run\nis there a dog park",
    "examples-es": "dónde corre mi perro\nhay parque de perros",
    "text-en-": "Dogs may run in {city.name}.", "text-es-": "Los perros pueden correr en {city.name}.",
    "text-en-sms": "Dogs may run.", "text-es-sms": "", "owner": "parks", "source": "https://www.example.gov/dogs",
    "review_by": "2027-06-01", "test-en": "my puppy wants to run: where?", "test-es": 'y "mi" perra: dónde?',
}  # fmt: skip


def test_a_new_topic_in_two_languages_is_made_on_one_page_and_checks_clean(
    studio: Running, editor: httpx.Client
) -> None:
    wrong = post(
        editor, "/topics/new-topic", **{**NEW, "title-es": "", "source": "http://x", "review_by": "1999-01-01"}
    )
    assert wrong.status_code == 422 and all(
        f'href="#f-{one}"' in wrong.text for one in ("title-es", "source", "review_by")
    )
    assert "dónde corre mi perro" in wrong.text and not (studio.root / "data/topics/dog_park").exists()
    preview = post(editor, "/topics/new-topic", **NEW, do="preview")
    assert 'Dogs may run in <span class="filled">Brightwater</span>' in preview.text
    made = post(editor, "/topics/new-topic", **NEW)
    assert made.headers["Location"] == "/topics/dog_park/faq~dog_park"
    page = unescape(page_of(editor, made.headers["Location"]))
    assert "my puppy wants to run" in page and "Not written yet" in page
    assert post(editor, "/topics/new-topic", **NEW).status_code == 422  # the examples stand elsewhere now
    more = {**NEW, "in": "dog_park", "title-en": "Dog rules", "title-es": "Reglas", "anyway": "yes"}
    assert post(editor, "/topics/new-topic", **more).headers["Location"] == "/topics/dog_park/faq~dog_park_dog_rules"
    assert (studio.root / "data/topics/dog_park/tests.yml").read_text().count("- name:") == 4


def test_a_test_is_added_in_other_words_than_the_examples(studio: Running, editor: httpx.Client) -> None:
    here = f"{PARKS}/faq~parks_swim"
    added = post(editor, f"{here}/test", here, language="es", said="¿se puede nadar: sí o no?")
    assert added.status_code == 303
    assert 'user: "¿se puede nadar: sí o no?", answer: utter_faq/parks_swim' in text_of(
        studio, "data/topics/parks/tests.yml"
    )
    assert post(editor, f"{here}/test", here, language="en", said="may i swim b 2").status_code == 422


def test_another_name_changes_everywhere_and_a_taken_one_is_refused(studio: Running, editor: httpx.Client) -> None:
    renamed = post(editor, f"{PARKS}/faq~parks_swim/rename", name="parks_bathe")
    assert renamed.headers["Location"] == f"{PARKS}/faq~parks_bathe"
    assert "/faq/parks_bathe" in text_of(studio, ANSWERS) and "parks_swim" not in text_of(studio, ANSWERS)
    assert "Button of" in page_of(editor, f"{PARKS}/faq~parks_bathe")
    assert post(editor, f"{PARKS}/faq~parks_bathe/rename", name="parks_hours").status_code == 422
    assert post(editor, f"{PARKS}/rename", name="../../etc").status_code == 422
    assert post(editor, f"{PARKS}/rename", name="green").headers["Location"] == "/topics/green"
    assert not (studio.root / "data/topics/parks").exists()
    assert post(editor, "/topics/green/rename", name="parks").status_code == 303


def test_what_is_needed_cannot_be_removed_and_buttons_go_only_when_asked(studio: Running, editor: httpx.Client) -> None:
    assert "still use it" in page_of(editor, "/topics/finding/find_park/remove")
    assert post(editor, "/topics/finding/find_park/remove", "/topics/new-topic").status_code == 409
    here = f"{PARKS}/faq~parks_bathe/remove"
    asked = post(editor, here)
    assert asked.status_code == 422 and "buttons lead to it" in asked.text
    assert "</a>: “" in asked.text and ">faq/parks_hours<" not in asked.text, "by its title"
    assert post(editor, here, links="yes").headers["Location"] == PARKS
    left = text_of(studio, ANSWERS)
    assert "parks_bathe" not in left and "buttons" not in left and "parks_bathe" not in text_of(studio, Q_EN)


def test_an_earlier_version_is_shown_in_words_and_brought_back(studio: Running, editor: httpx.Client) -> None:
    before = studio.studio.draft.history("parks")[1]
    page = unescape(page_of(editor, f"{PARKS}/history/{before.commit}"))
    assert "You can swim in the lake." in page  # what bringing it back would give
    assert post(editor, f"{PARKS}/history/{before.commit}").headers["Location"] == PARKS
    assert "faq/parks_bathe" in text_of(studio, Q_EN)
    assert studio.studio.draft.history("parks")[0].message.startswith("content: Bring back")
    assert "Bring back parks as of" in page_of(editor, f"{PARKS}/history") and "content:" not in page
    assert editor.get(f"{PARKS}/history/{'0' * 40}").status_code == 404
    assert editor.get(f"{PARKS}/history/--output=x").status_code == 404


def test_practice_goes_from_its_slips_to_nothing_left(studio: Running, editor: httpx.Client) -> None:
    assert post(editor, "/topics/practice-topic").status_code == 303
    page = page_of(editor, "/topics/practice-topic")
    assert "Begun by Ed Editor" in page and page.count("to do") == 7
    here = "/topics/practice/faq~practice_who_writes"
    form = answer_form(editor, here)
    form |= {"w0-text": "People write every answer.", "new-es-sms-text": "La escriben personas."}
    form |= {"w0-title-0": "Hours", "w0-to-0": "/faq/parks_hours"}
    assert editor.post(f"{here}/answer", data=form).status_code == 303
    for language in ("en", "es"):
        form = part_form(editor, f"{here}/examples", language)
        form["examples"] = "\n".join(
            f"{word} escribe {language} {word}" for word in ("uno", "dos", "tres", "seis", "ocho", "diez", "once")
        )
        assert editor.post(f"{here}/examples", data={**form, "anyway": "yes"}).status_code == 303
        assert post(editor, f"{here}/test", here, language=language, said=f"who is it {language}").status_code == 303
    while not studio.studio.draft.findings().fresh:  # the check runs beside the pages
        threading.Event().wait(0.05)
    assert page_of(editor, "/topics/practice-topic").count('class="tag good"') >= 5
    assert "There is already" not in follow(editor, post(editor, "/topics/practice-topic"))
    assert post(editor, "/topics/practice/remove").headers["Location"] == "/topics"
    assert not (studio.root / "data/topics/practice").exists()


def test_nothing_that_people_write_becomes_part_of_a_page(studio: Running, editor: httpx.Client) -> None:
    form = {**part_form(editor, f"{HOURS}/examples", "en"), "examples": NASTY}
    assert editor.post(f"{HOURS}/examples", data=form).status_code == 303
    title = part_form(editor, f"{HOURS}/title", "en")
    assert editor.post(f"{HOURS}/title", data={**title, "title": NASTY}).status_code == 303
    answer = answer_form(editor) | {"w0-text": NASTY, "w0-title-1": NASTY, "w0-to-1": "/find_park", "owner": NASTY}
    assert editor.post(f"{HOURS}/answer", data=answer).status_code == 303
    commit = studio.studio.draft.history("parks")[0].commit
    pages = ["/topics", f"/topics?q={NASTY}", PARKS, HOURS, f"{HOURS}/remove", f"{PARKS}/history"]
    pages += [
        f"{PARKS}/history/{commit}",
        "/topics/what-is-due?days=365",
        "/topics/new-topic",
        f"{HOURS}?add={NASTY}&language=en",
    ]
    pages.append(f"{HOURS}/example?language=en&text={NASTY}")
    for page in pages:
        shown = page_of(editor, page)
        assert "<script>alert" not in shown, page
    assert "&lt;script&gt;alert" in page_of(editor, HOURS)
    live = {"csrf": form["csrf"], "text": NASTY, "language": "en", "channel": "", "button": NASTY}
    assert "<script>alert" not in editor.post("/topics/preview-wording", data=live).text


@pytest.mark.parametrize(
    "folder",
    ["%2e%2e", "..%2f..%2fetc", "%2fetc", "parks%2f..%2fparks", "parks%00", "..%5c..", ".git", "parks.", "~", "‮parks"],
)
def test_no_folder_outside_the_topics_is_reached(studio: Running, editor: httpx.Client, folder: str) -> None:
    for path in (f"/topics/{folder}", f"/topics/{folder}/history", f"/topics/{folder}/faq~parks_hours"):
        assert editor.get(path).status_code in (404, 409), path
    form = {
        "csrf": answer_form(editor)["csrf"],
        "name": "stolen",
        "folder": folder,
        "answer": "x",
        "next": "2030-01-01",
    }
    assert editor.post(f"/topics/{folder}/rename", data=form).status_code in (404, 409)
    assert editor.post("/topics/what-is-due", data=form).status_code in (404, 409)
    assert post(editor, "/topics/new-topic", **{**NEW, "in": f"../{folder}", "anyway": "yes"}).status_code in (404, 409)
    assert outside(studio.root) == {"city.yml", "config.yml", "data", "domain.yml"}


def outside(root: Path) -> set[str]:
    return {each.name for each in root.iterdir() if not each.name.startswith(".git")}


def test_a_viewer_reads_everything_and_changes_nothing(studio: Running, editor: httpx.Client) -> None:
    viewer = studio.session("viewer")
    page = page_of(viewer, HOURS)
    assert 'action="/topics/parks/faq~parks_hours/examples"' not in page and "readonly" in page
    before = text_of(studio, ANSWERS)
    for path in ("answer", "examples", "take-out", "title", "example", "test", "rename", "remove"):
        assert post(viewer, f"{HOURS}/{path}", HOURS, language="en", examples="x").status_code == 403
    assert text_of(studio, ANSWERS) == before


def test_what_the_check_found_is_told_in_the_language_of_the_page(studio: Running, editor: httpx.Client) -> None:
    before = text_of(studio, ANSWERS)
    assert "owner: " in before
    (studio.root / ANSWERS).write_text(before.replace("owner: ", "ownr: ", 1))
    with studio.session("viewer") as reader:
        for _ in range(400):  # the check runs beside the pages, once the change of the file is noticed
            if "has no owner. Name a team" in page_of(reader, PARKS):
                break
            threading.Event().wait(0.05)
        else:
            pytest.fail("The page never says what the check found.")
        post(reader, "/language", PARKS, language="es", next="/topics")
        page = page_of(reader, PARKS)
        post(reader, "/language", PARKS, language="en", next="/topics")
    (studio.root / ANSWERS).write_text(before)
    assert "Una respuesta no tiene responsable: «utter_" in page and "Nadie se dará cuenta" in page
    assert re.search(r'<span lang="en">“utter_[^<]*has no owner', page)


def test_the_pages_speak_spanish(studio: Running, editor: httpx.Client) -> None:
    spanish = studio.visitor()
    spanish.cookies.update(editor.cookies)
    post(spanish, "/language", HOURS, language="es", next="/topics")
    try:
        assert "Preguntas de ejemplo" in page_of(spanish, HOURS) and 'lang="es"' in page_of(spanish, HOURS)[:60]
        for page in (
            "/topics",
            PARKS,
            "/topics/new-topic",
            "/topics/what-is-due",
            "/topics/practice-topic",
            f"{HOURS}/rename",
        ):
            page_of(spanish, page)
    finally:
        post(spanish, "/language", HOURS, language="en", next="/topics")


def test_what_is_due_is_looked_at_and_gets_its_next_date(studio: Running) -> None:
    studio.clock.ahead = 200 * 86400
    try:
        editor = studio.session("editor")  # the others' end here, so this test is the last one
        page = page_of(editor, "/topics/what-is-due")
        assert "overdue" in page and "You can swim in the lake." in page
        form = fields_of(page, "/topics/what-is-due?days=30")
        late = {**form, "answer": "utter_faq/parks_bathe", "folder": "parks"}
        assert editor.post("/topics/what-is-due", data={**late, "next": "2027-01-01"}).status_code == 422
        assert editor.post("/topics/what-is-due", data={**late, "next": "2028-03-01"}).status_code == 303
        assert "review_by: 2028-03-01" in text_of(studio, ANSWERS)
        assert "You can swim" not in page_of(editor, "/topics/what-is-due")
    finally:
        studio.clock.ahead = 0
