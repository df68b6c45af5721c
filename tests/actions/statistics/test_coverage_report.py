"""Tests of the coverage report."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.actions.option_values import InvalidOption
from monitor.actions.statistics.coverage_report import coverage_report
from monitor.store.store import Store
from tests.fakes import NOW, feed


def test_the_span_ends_now_and_has_a_sentence(sqlite_url: str):
    with Store.open(sqlite_url) as store:
        store.feeds.add_all([feed("f" * 64)])
        report = coverage_report(store, NOW, timedelta(days=7)).as_json()
        assert report["at"] == "2025-06-17T12:00:00Z"
        assert report["since"] == "2025-06-10T12:00:00Z"
        assert report["sentence"]
        assert report["coverage"]["feeds"] == 1
        for span in (timedelta(seconds=59), timedelta(days=93)):
            with pytest.raises(InvalidOption, match="from 1m to 92d"):
                coverage_report(store, NOW, span)
