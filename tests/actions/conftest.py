"""A real store with a few articles, and settings on defaults."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.domain.alerts import PollResult
from monitor.settings import loader
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.fakes import NOW, article, decision, entry, feed, subscription


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of an empty configuration file: defaults and the shipped topic."""
    file = tmp_path / "monitor.toml"
    file.write_text("")
    return loader.load(file, environment={})


@pytest.fixture
def empty_store(settings: Settings) -> Iterator[Store]:
    """A database without feeds."""
    with Store.open(settings.database_url) as store:
        yield store


@pytest.fixture
def store(empty_store: Store) -> Store:
    """A database with a feed, two flagged articles, a rejected one, and a subscription."""
    empty_store.feeds.add_all([feed("f", title="Harbour Wire")])
    empty_store.subscriptions.add(subscription("s"))
    articles = (
        article("aaaaaaaa"),
        article(
            "bbbbbbbb",
            entry=entry("Arms by rail"),
            seen_at=NOW + timedelta(hours=1),
            decision=decision(labels=("troops",)),
        ),
        article("cccccccc", entry=entry("Dull"), decision=decision(relevant=False)),
    )
    polled = PollResult(feed_key="f", state=feed("f").poll, articles=articles)
    empty_store.commit([polled])
    return empty_store
