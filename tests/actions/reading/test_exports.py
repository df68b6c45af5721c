"""Which articles are exported, and in which order."""

from __future__ import annotations

import json

import pytest

from monitor.actions.reading.exports import (
    ExportFormat,
    ExportRequest,
    export_articles,
)
from monitor.domain.alerts import SubscriptionState
from monitor.domain.errors import ConfigError
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.fakes import NOW, subscription


def exported(store: Store, settings: Settings, **request: object) -> list[str]:
    """The keys of the exported articles."""
    request_ = ExportRequest(format=ExportFormat.JSONL, **request)  # type: ignore[arg-type]
    text = b"".join(export_articles(store, request_, settings, NOW)).decode()
    return [json.loads(line)["key"] for line in text.splitlines()]


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


@pytest.mark.parametrize("form", [ExportFormat.ATOM, ExportFormat.JSONFEED])
def test_a_feed_is_newest_first(store: Store, settings: Settings, form):
    request = ExportRequest(format=form)
    text = b"".join(export_articles(store, request, settings, NOW)).decode()
    assert 0 < text.index("Arms by rail") < text.index("Sappers leave for Kursk")


def test_an_unknown_theme_is_refused_before_anything_is_written(store: Store, settings: Settings):
    request = ExportRequest(format=ExportFormat.CSV, theme="rain")
    with pytest.raises(ConfigError, match="there are: "):
        export_articles(store, request, settings, NOW)
