"""What residents get comes from the live release, on this side, too."""

import shutil
from pathlib import Path

import pytest

from bot.parts import open_parts
from bot.published import NoRelease, city_file, content_root
from bot.settings import ROOT, Settings
from studio.publishing import snapshot

READ_AT_START = ("emergency", "notices", "optout", "shortcuts")


@pytest.fixture
def live(tmp_path: Path) -> Settings:
    """A live release of this project's own words, with a city of another name."""
    for name in ("city.yml", *(f"data/{each}.yml" for each in READ_AT_START)):
        path = tmp_path / "published/4" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, path)
    (tmp_path / "published/current").write_text("4\n")
    return Settings(data_dir=tmp_path)


def change(settings: Settings, name: str, old: str, new: str) -> None:
    path = content_root(settings) / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


async def test_a_program_begins_with_the_words_and_the_city_of_the_live_release(live: Settings) -> None:
    change(live, "data/notices.yml", "{phone}", "the town crier, {phone}")
    change(live, "city.yml", "\nname: ", "\nname: Port ")
    change(live, "data/shortcuts.yml", "  trash:", "  rubbish:")
    async with open_parts(live) as parts:
        assert parts.city.name.startswith("Port ")
        assert any("the town crier" in words["en"] for words in parts.notices.texts.values())
        assert "rubbish" in parts.shortcuts.words


def test_nothing_published_yet_means_the_project_and_an_own_city_file_stays_in_charge(live: Settings) -> None:
    empty = Settings(data_dir=live.data_dir / "empty")
    assert (content_root(empty), city_file(empty)) == (ROOT, ROOT / "city.yml")
    other = Settings(data_dir=live.data_dir, city_file=live.data_dir / "other.yml")
    assert city_file(other) == live.data_dir / "other.yml"


async def test_a_live_release_that_nobody_can_name_stops_the_start_with_what_to_do(live: Settings) -> None:
    (live.data_dir / "published/current").write_text("the latest\n")
    with pytest.raises(NoRelease, match="must hold a release's number"):
        async with open_parts(live):
            pass


def test_publishing_names_exactly_what_a_program_reads_only_at_its_start() -> None:
    assert set(snapshot.AT_START) == {"city.yml", *(f"data/{name}.yml" for name in READ_AT_START)}
