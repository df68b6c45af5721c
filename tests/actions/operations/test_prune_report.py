"""Pruning by hand: first counted, then done; the file shrinks only while nothing uses it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.actions.operations import prune_report
from monitor.domain.errors import ConfigError
from monitor.runtime import build
from monitor.runtime.service_lock import service_lock
from monitor.settings import loader
from monitor.settings.sections import Settings
from monitor.store.database.stored_states import Pruned
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed, a_poll, a_rejected_article

LATER = NOW + timedelta(days=200)


@pytest.fixture
def filled(store: Store) -> Store:
    """With two more rejected articles, beside the one of the fixture."""
    feed = a_feed()
    store.feeds.add(feed)
    store.commit([a_poll(feed, a_rejected_article("rain", feed), a_rejected_article("snow", feed))])
    return store


def texts(report: prune_report.PruneReport) -> prune_report.PruneLine:
    (line,) = (line for line in report.lines if line.kind is Pruned.TEXTS)
    return line


def test_a_dry_run_counts_and_changes_nothing(filled: Store, settings: Settings) -> None:
    report = prune_report.report_prunable(filled, settings, LATER)
    assert report.is_dry_run
    assert (texts(report).rows, texts(report).kept_text) == (3, "180d")
    assert (texts(report).text_bytes or 0) > 0
    assert filled.articles.count_pruned_texts(NOW) == 0
    kinds = {entry["kind"]: entry for entry in report.as_json()["pruned"]}
    assert kinds["articles"] == {
        "kind": "articles", "kept": "forever", "before": None, "rows": 0, "text_bytes": None,
    }  # fmt: skip


def test_pruning_does_what_the_dry_run_counted(filled: Store, settings: Settings) -> None:
    steps: list[tuple[Pruned, int]] = []
    report = prune_report.prune(filled, settings, LATER, on_step=lambda *step: steps.append(step))
    assert texts(report).rows == 3
    assert steps[0] == (Pruned.TEXTS, 3)
    assert filled.articles.count_pruned_texts(NOW - timedelta(days=30)) == 3
    assert texts(prune_report.report_prunable(filled, settings, LATER)).rows == 0


def test_articles_that_are_removed_do_not_lose_their_texts_before(filled: Store) -> None:
    settings = loader.load(environment={}, overrides={"retention": {"rejected_articles": "180d"}})
    assert list(build.retention(settings))[:2] == [Pruned.ARTICLES, Pruned.TEXTS]
    report = prune_report.prune(filled, settings, LATER)
    assert [line.kind for line in report.lines] == list(Pruned)
    rows = {line.kind: line.rows for line in report.lines}
    assert (rows[Pruned.TEXTS], rows[Pruned.ARTICLES]) == (0, 3)


def test_the_dry_run_counts_each_row_once(filled: Store) -> None:
    retention = {"rejected_articles": "190d", "rejected_texts": "180d"}
    settings = loader.load(environment={}, overrides={"retention": retention})
    counted = prune_report.report_prunable(filled, settings, LATER)
    pruned = prune_report.prune(filled, settings, LATER)
    rows = {line.kind: line.rows for line in counted.lines}
    assert rows == {line.kind: line.rows for line in pruned.lines}
    assert (rows[Pruned.TEXTS], rows[Pruned.ARTICLES]) == (0, 3)


def test_the_file_is_not_shrunk_while_a_service_uses_it(filled: Store, settings: Settings) -> None:
    file = build.sqlite_file(settings)
    assert file is not None
    with (
        service_lock(file, works=("polls",)),
        pytest.raises(ConfigError, match="a service uses it"),
    ):
        prune_report.compact_database(filled, settings)
    prune_report.compact_database(filled, settings)
