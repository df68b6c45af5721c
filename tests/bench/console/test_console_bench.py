"""The console benchmark is sound: equal data, complete measurements."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.actions.statistics.overview import OverviewRequest, overview
from monitor.store.store import Store
from tests.bench.console import __main__ as bench
from tests.bench.console import idle_cost, strip_cost
from tests.bench.console.filled_store import THEMES, Filling, fill

UNTIL = datetime(2025, 6, 17, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def filled_url(tmp_path_factory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('bench') / 'filled.db'}"
    with Store.open(url) as store:
        fill(store, Filling(articles=1_000, until=UNTIL, feeds=20))
    return url


def test_a_filled_database_has_what_a_month_of_service_leaves(filled_url):
    with Store.open(filled_url) as store:
        counts = store.counts()
        request = OverviewRequest(
            span=timedelta(days=30), theme_titles={theme: theme for theme in THEMES}
        )
        figures = overview(store, UNTIL, request)
    assert counts.articles == 1_000
    assert 20 <= counts.flagged <= 90
    assert counts.sent > counts.dead + counts.pending
    shown = sum(sum(theme.counts) for theme in figures.volume.themes)
    assert counts.flagged - 5 <= shown <= counts.flagged  # the first day begins at midnight
    assert figures.precision.interval is not None
    assert figures.times.overall is not None


def test_the_cost_of_strips_is_measured_and_its_feeds_are_removed(filled_url):
    cost = strip_cost.measure(filled_url)
    assert cost.bytes == 336
    assert cost.same_hour_us > 0
    assert "336 bytes a feed" in cost.line
    with Store.open(filled_url) as store:
        assert len(store.feeds.list()) == 20


def test_an_idle_service_is_measured_and_uses_little(tmp_path):
    percent = idle_cost.idle_percent(tmp_path, articles=50, feeds=3, seconds=1)
    assert 0 < percent < 50


def test_percentiles_are_those_of_all_requests():
    times = bench.page_times("/console/", [float(n) for n in range(1, 101)], 3.0, 10)
    assert (times.first, times.p50, times.p95, times.most) == (1, 50.5, 95, 100)
    missed: list[str] = []
    bench.check([times], 94, "here", missed)
    bench.check([times], 95, "here", missed)
    assert missed == ["here: p95 of /console/ is 95 ms, at most 94"]


@pytest.mark.parametrize("words", [["--articles", "10"], ["--requests", "1"], ["--database", "x"]])
def test_options_out_of_bounds_are_refused(words, capsys):
    with pytest.raises(SystemExit):
        bench.options(words)
    assert "usage" in capsys.readouterr().err
