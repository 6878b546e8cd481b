"""The addresses of the topics' screen, and what of it waits for somebody on the home page."""

from studio.web.routing import Card, Nav, Route, url
from studio.web.topics import (
    answers,
    beginning,
    due,
    examples,
    history,
    item,
    listing,
    moving,
    overview,
    practising,
    testing,
)
from studio.web.visit import Visit


async def home(visit: Visit) -> list[Card]:
    """Errors in the content, and what is overdue."""
    if not visit.may("editor") or not visit.studio.draft.is_ready:
        return []
    cards = []
    wrong = sum(each.level == "error" for each in visit.studio.draft.findings().items)
    if wrong:
        title, words = visit.say("topics_home_wrong"), visit.say("topics_home_wrong_words")
        to = url("/topics", show="problems")
        cards.append(Card(title, words, to, visit.say("topics_home_wrong_action"), wrong, urgent=True))
    late = due.entries(visit, 30)
    if late:
        title, words = visit.say("topics_home_due"), visit.say("topics_home_due_words")
        overdue = any(each.overdue for each in late)
        cards.append(Card(title, words, "/topics/what-is-due", visit.say("topics_home_due_action"), len(late), overdue))
    return cards


NAV = (Nav("/topics", "topics_nav"),)
ROUTES = (
    Route("GET", "/topics", listing.show, "viewer"),
    Route("GET", "/topics/new-topic", beginning.show, "editor"),
    Route("POST", "/topics/new-topic", beginning.make, "editor"),
    Route("GET", "/topics/what-is-due", due.show, "viewer"),
    Route("POST", "/topics/what-is-due", due.looked_at, "editor"),
    Route("GET", "/topics/practice-topic", practising.show, "viewer"),
    Route("POST", "/topics/practice-topic", practising.start, "editor"),
    Route("POST", "/topics/preview-wording", answers.preview, "viewer"),
    Route("POST", "/topics/similar-examples", examples.similar, "viewer"),
    Route("GET", "/topics/{folder}", overview.show, "viewer"),
    Route("GET", "/topics/{folder}/history", history.show, "viewer"),
    Route("GET", "/topics/{folder}/history/{commit}", history.show_one, "viewer"),
    Route("POST", "/topics/{folder}/history/{commit}", history.bring_back, "editor"),
    Route("GET", "/topics/{folder}/rename", moving.show_rename, "editor"),
    Route("POST", "/topics/{folder}/rename", moving.do_rename, "editor"),
    Route("GET", "/topics/{folder}/remove", moving.show_remove, "editor"),
    Route("POST", "/topics/{folder}/remove", moving.do_remove, "editor"),
    Route("GET", "/topics/{folder}/{item}", item.show, "viewer"),
    Route("POST", "/topics/{folder}/{item}/answer", answers.change, "editor"),
    Route("POST", "/topics/{folder}/{item}/examples", examples.add, "editor"),
    Route("POST", "/topics/{folder}/{item}/take-out", examples.take_out, "editor"),
    Route("POST", "/topics/{folder}/{item}/title", examples.rename_title, "editor"),
    Route("GET", "/topics/{folder}/{item}/example", examples.show_one, "viewer"),
    Route("POST", "/topics/{folder}/{item}/example", examples.change_one, "editor"),
    Route("POST", "/topics/{folder}/{item}/test", testing.add, "editor"),
    Route("GET", "/topics/{folder}/{item}/rename", moving.show_rename, "editor"),
    Route("POST", "/topics/{folder}/{item}/rename", moving.do_rename, "editor"),
    Route("GET", "/topics/{folder}/{item}/remove", moving.show_remove, "editor"),
    Route("POST", "/topics/{folder}/{item}/remove", moving.do_remove, "editor"),
)
