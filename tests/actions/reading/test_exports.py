"""Which articles are exported, and in which order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from monitor.actions.reading.exports import (
    MAX_FEED_ITEMS,
    ExportFormat,
    ExportRequest,
    export_articles,
)
from monitor.domain.alerts import SubscriptionState
from monitor.domain.contents.exported_article import ExportedArticle
from monitor.domain.errors import ConfigError
from monitor.publish import csv_jsonl
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.fakes import NOW, subscription
from tests.store.builders import a_feed, a_poll, an_article


def exported(store: Store, settings: Settings, **request: Any) -> list[str]:
    """The keys of the exported articles."""
    request_ = ExportRequest(format=ExportFormat.JSONL, **request)
    text = b"".join(export_articles(store, request_, settings, NOW)).decode()
    return [json.loads(line)["key"] for line in text.splitlines()]


@contextmanager
def executed_statements() -> Iterator[list[str]]:
    """The SQL of all databases during the block."""
    statements: list[str] = []

    def record(*call: Any) -> None:
        statements.append(call[2])

    event.listen(Engine, "before_cursor_execute", record)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", record)


def test_flagged_articles_are_exported_oldest_first(store: Store, settings: Settings):
    assert exported(store, settings) == ["aaaaaaaa", "bbbbbbbb"]


def test_a_request_restricts_by_theme_time_subscription_and_outcome(
    store: Store, settings: Settings
):
    assert exported(store, settings, theme="troops") == ["bbbbbbbb"]
    assert exported(store, settings, since=NOW.replace(minute=30)) == ["bbbbbbbb"]
    assert len(exported(store, settings, include_rejected=True)) == 3
    labour = subscription(themes=frozenset({"labour"}), state=SubscriptionState.PAUSED)
    assert exported(store, settings, subscription=labour) == ["aaaaaaaa"]


@pytest.mark.parametrize(
    ("form", "lines"),
    [(ExportFormat.CSV, csv_jsonl.csv_lines), (ExportFormat.JSONL, csv_jsonl.json_lines)],
)
def test_a_file_read_from_columns_has_the_bytes_of_whole_articles(
    store: Store, settings: Settings, form, lines
):
    whole = map(ExportedArticle.of, store.articles.oldest_first())
    expected = [
        line if isinstance(line, bytes) else line.encode()
        for line in lines(whole, {"f": "Harbour Wire"})
    ]
    request = ExportRequest(format=form, include_rejected=True)
    assert b"".join(export_articles(store, request, settings, NOW)) == b"".join(expected)


def test_the_articles_that_were_read_are_counted(store: Store, settings: Settings):
    counts: list[int] = []
    request = ExportRequest(format=ExportFormat.JSONL, theme="troops")
    for _ in export_articles(store, request, settings, NOW, on_progress=counts.append):
        pass
    assert counts == [1, 2]


@pytest.mark.parametrize("form", [ExportFormat.ATOM, ExportFormat.JSONFEED])
def test_a_feed_is_newest_first(store: Store, settings: Settings, form):
    request = ExportRequest(format=form)
    text = b"".join(export_articles(store, request, settings, NOW)).decode()
    assert 0 < text.index("Arms by rail") < text.index("Sappers leave for Kursk")


def test_an_unknown_theme_is_refused_before_anything_is_written(store: Store, settings: Settings):
    request = ExportRequest(format=ExportFormat.CSV, theme="rain")
    with pytest.raises(ConfigError, match="there are: "):
        export_articles(store, request, settings, NOW)


def test_a_feed_has_the_newest_500_and_reads_no_others(store: Store, settings: Settings):
    feed = a_feed("wire")
    store.feeds.add_all([feed])
    times = [NOW + number * timedelta(minutes=1) for number in range(1_300)]
    stored = [an_article(f"no {n:04}", feed, seen_at=at) for n, at in enumerate(times)]
    store.commit([a_poll(feed, *stored)])
    with executed_statements() as statements:
        request = ExportRequest(format=ExportFormat.ATOM)
        text = b"".join(export_articles(store, request, settings, NOW)).decode()
    assert "no 1299" in text
    assert "no 0800" in text
    assert "no 0799" not in text
    pages = [statement for statement in statements if "FROM articles" in statement]
    assert len(pages) <= MAX_FEED_ITEMS // 100 + 2  # of 100 articles; and the copies


@pytest.mark.parametrize("flagged", [None, True, False])
def test_both_orders_have_the_same_articles(store: Store, flagged):
    oldest = list(store.articles.oldest_first(flagged=flagged))
    assert oldest
    assert list(store.articles.newest_first(flagged=flagged)) == oldest[::-1]
