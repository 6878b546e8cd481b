"""Who may import whom."""

from pathlib import Path

from tests.house.source_tree import OURS, ROOT, each, imports, module_of, sources

_KERNEL = "settings errors logs clock ids city agencies published yaml12"
KERNEL = {f"bot.{name}" for name in _KERNEL.split()}

# Which of our folders a module of this folder may import; a longer name binds tighter (docs/DESIGN, section 2).
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "bot": ("bot",),
    "channels": ("bot", "channels"),
    "channels.web": ("bot", "channels", "!channels.sms", "!channels.gateway"),
    "channels.sms": ("bot", "channels", "!channels.web", "!channels.gateway"),
    "actions": (*sorted(KERNEL), "actions"),
    "actions.agencies": (*sorted(KERNEL), "actions.agencies"),
    "agency": ("agency", "bot.yaml12"),
    "nlu": ("nlu",),
    "studio": ("bot", "studio"),
    "phone": (
        *sorted(KERNEL),
        "bot.sms.channels",
        "bot.sms.optout",
        "bot.sms.segments",
        "channels.sms.signature",
        "phone",
    ),
    **{module: (*sorted(KERNEL - {module}),) for module in KERNEL},
}
NOT_SERVICES = {"base", "words", "agencies", "forms", "__main__", "__init__"}  # of actions/: what every service may use


def covers(prefix: str, name: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


def allowed(module: str, name: str) -> bool:
    rule = max((key for key in MAY_IMPORT if covers(key, module)), key=len)
    verdicts = MAY_IMPORT[rule]
    forbidden = any(covers(verdict[1:], name) for verdict in verdicts if verdict.startswith("!"))
    return not forbidden and any(covers(verdict, name) for verdict in verdicts)


@each(sources())
def test_a_module_imports_only_what_its_folder_may(path: Path) -> None:
    module = module_of(path)
    wrong = [name for name in imports(path) if name.split(".")[0] in OURS and not allowed(module, name)]
    assert not wrong, f"{module} may not import {', '.join(wrong)} (DESIGN, section 2)"


def test_the_import_rules_catch_what_they_should() -> None:
    assert allowed("channels.gateway", "channels.web.api") and allowed("actions.report.draft", "bot.city.City")
    assert not allowed("bot.turn", "channels.web") and not allowed("actions.base", "bot.store.Store")
    assert not allowed("channels.web.api", "channels.sms.send") and not allowed("bot.errors", "bot.store")


def test_one_citizen_service_never_imports_another() -> None:
    for path in sources():
        _, *parts = module_of(path).split(".")
        if module_of(path).startswith("actions.") and parts[0] not in NOT_SERVICES:
            used = {name.split(".")[1] for name in imports(path) if name.startswith("actions.")}
            assert used <= NOT_SERVICES | {parts[0]}, f"{path.name} uses another service"


def test_the_core_serves_no_http() -> None:
    for path in (path for path in sources() if path.is_relative_to(ROOT / "bot")):
        assert not [name for name in imports(path) if covers("aiohttp.web", name)], f"{path.name} must not serve HTTP"
