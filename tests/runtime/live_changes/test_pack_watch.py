"""A promoted pack is taken while the process runs; one that can't be used changes nothing."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest

from monitor.domain.feeds import Entry
from monitor.runtime import status_file, topic_pack
from monitor.runtime.clock import now
from monitor.runtime.live_changes.pack_watch import PackWatch
from monitor.runtime.live_changes.reload import SettingsReload
from monitor.settings import loader
from monitor.settings.sections import Settings
from tests.classify import toy_topic

CIRCUS = "Wolf dances at the circus"


@pytest.fixture(scope="module")
def topic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_topic.make(tmp_path_factory.mktemp("topic") / "wolves")


@pytest.fixture
def wolves(tmp_path: Path, topic: Path) -> Settings:
    return toy_topic.copied_settings(topic, tmp_path)


def promote_another(settings: Settings, title: str = CIRCUS) -> Path:
    """Train a pack with one more example, and put it into use."""
    from monitor.classify.training import train

    registry = topic_pack.pack_registry(settings)
    assert registry is not None
    shipped = topic_pack.pack_folder(settings)

    def write(folder: Path) -> None:
        source = folder.parent / "source"
        shutil.copytree(shipped, source)
        with (source / "examples" / "all.jsonl").open("a") as examples:
            examples.write(toy_topic.line(title, "hard_negative", [], "circus") + "\n")
        train.train_pack(source, out=folder)
        shutil.rmtree(source)

    folder = registry.add_candidate(write)
    registry.promote()
    return folder


def test_nothing_changes_while_nothing_is_promoted(wolves: Settings):
    packs = PackWatch(wolves)
    assert packs.look(wolves) is None
    assert packs.fault() == ""


def test_a_promoted_pack_decides_from_the_next_look_on_and_a_rollback_undoes_it(
    wolves: Settings, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    packs = PackWatch(wolves)
    shipped = packs.ids
    promote_another(wolves)
    live = packs.look(wolves)
    assert live is not None
    (verdict,) = live.topics[0].classifier.judge([Entry(title=CIRCUS)])
    assert verdict.pack == packs.ids == topic_pack.load_pack(wolves).id != shipped
    assert packs.look(wolves) is None
    registry = topic_pack.pack_registry(wolves)
    assert registry is not None
    registry.rollback()
    assert packs.look(wolves) is not None
    assert packs.ids == shipped
    assert [record.getMessage() for record in caplog.records] == ["pack.taken", "pack.taken"]


def test_a_damaged_pack_is_refused_once_and_the_one_in_use_stays(
    wolves: Settings, caplog: pytest.LogCaptureFixture
):
    packs = PackWatch(wolves)
    shipped = packs.ids
    folder = promote_another(wolves)
    weights = sorted((folder / "weights").iterdir())[0]
    weights.write_bytes(weights.read_bytes() + b"x")
    assert [packs.look(wolves), packs.look(wolves)] == [None, None]
    assert packs.ids == shipped
    assert packs.fault().endswith(f"{shipped} stays in use")
    assert [record.getMessage() for record in caplog.records] == ["pack.refused"]


def test_rules_that_do_not_fit_the_promoted_pack_keep_the_one_in_use(wolves: Settings):
    packs = PackWatch(wolves)
    promote_another(wolves)
    rule = "[[keywords.rules]]\nname = 'r'\nany = ['wolf']\naction = 'flag'\ntheme = 'boats'\n"
    assert wolves.path is not None
    edited = loader.load(wolves.path, environment={}, text=f'[topic]\npack = "wolves"\n{rule}')
    assert packs.look(edited) is None
    assert "names the theme 'boats'" in packs.fault()


def test_the_reload_of_settings_says_which_pack_the_process_has(wolves: Settings):
    packs = PackWatch(wolves)
    assert wolves.path is not None
    reload = SettingsReload(
        wolves.path, wolves, role="all", packs=packs, update=packs.live_settings
    )
    promote_another(wolves)
    assert reload.look() is not None
    (status,) = status_file.read(wolves.path, now())
    assert status.pack == topic_pack.load_pack(wolves).id
    wolves.path.write_text('[topic]\npack = "wolves"\nthreshold = 0.9\n')
    assert reload.look() is None
    live = reload.look()
    assert live is not None
    (verdict,) = live.topics[0].classifier.judge([Entry(title=CIRCUS)])
    assert (verdict.pack, verdict.threshold) == (status.pack, 0.9)
    reload.close()
