"""Forms: every blank that a form asks for needs a question."""

from collections.abc import Iterator

from studio.content.checks.found import found
from studio.content.checks.names import uses
from studio.content.finding import Finding
from studio.content.keys import closest
from studio.content.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Blanks that nobody asks for, where no code of the form asks by itself."""
    actions = {each.name for each in project.actions}
    used = {use.name for use in uses(project) if use.kind in ("form", "action")}
    for form in project.forms:
        if form.name not in used:  # nobody starts it, or its name is misspelt: said elsewhere
            continue
        if project.ours and f"validate_{form.name}" in actions:
            continue
        for asked in form.asks:
            names = [f"{kind}_ask_{of}{asked.name}" for kind in ("utter", "action") for of in ("", f"{form.name}_")]
            if asked.name not in project.slot_names or any(name in project.answer_names | actions for name in names):
                continue
            twin = closest(
                names[0], {each for each in project.answer_names if each.startswith("utter_ask_")} - _right(project)
            )
            words = f"The form “{form.name}” has no question for “{asked.name}”, so the assistant falls silent there."
            yield found(
                "no-question",
                asked.place,
                f"{words} Write the answer “{names[0]}” (there is “{twin}”)."
                if twin
                else f"{words} Write the answer “{names[0]}”.",
            )


def _right(project: Project) -> set[str]:
    return {f"utter_ask_{asked.name}" for form in project.forms for asked in form.asks}
