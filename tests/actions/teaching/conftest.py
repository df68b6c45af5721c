"""Wolves on farms: a topic of the operator's own, whose packs are trained in a blink."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Mark
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.classify import toy_topic
from tests.fakes import NOW, feed

TITLES = [
    f"Wolf {verb} at the circus farm"
    for verb in ("dances", "howls", "jumps", "sings", "waits", "plays")
]


@pytest.fixture(scope="module")
def topic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_topic.make(tmp_path_factory.mktemp("topic") / "wolves")


@pytest.fixture
def wolves(tmp_path: Path, topic: Path) -> Settings:
    """Settings of a topic of the operator's own, whose packs can be promoted."""
    return toy_topic.copied_settings(topic, tmp_path)


@pytest.fixture
def wolf_store(wolves: Settings) -> Store:
    """The database of these settings, with six articles that people marked irrelevant."""
    with Store.open(wolves.database_url) as store:
        mark_all(store, relevant=False)
        yield store


def mark_all(store: Store, *, relevant: bool, titles: list[str] = TITLES) -> None:
    """Store articles with these headlines and mark each."""
    articles = tuple(toy_topic.article(title) for title in titles)
    if store.feeds.find("f") is None:
        store.feeds.add_all([feed("f")])
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=articles)])
    for article in articles:
        store.marks.add(Mark(article_key=article.key, relevant=relevant, marked_at=NOW, themes=()))
