"""The figures of the dashboard are kept one by one, and nobody waits for the samples of recall."""

from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.actions.option_values import InvalidOption
from monitor.actions.statistics.overview import OverviewRequest, overview
from monitor.actions.teaching.recall_measurement import measure_recall
from monitor.domain.articles import Mark
from monitor.web.console.statistics.dashboard_cache import SPANS, DashboardCache
from tests.fakes import NOW
from tests.store.builders import a_feed, a_poll, an_article
from tests.web.conftest import Visitor

DAY = timedelta(days=1)
SEOUL = ZoneInfo("Asia/Seoul")


@pytest.fixture
def filled(visitor: Visitor) -> Visitor:
    """A feed with an article of today and one of the last completed week."""
    wire = a_feed()
    visitor.store.feeds.add(wire)
    articles = [an_article("new", wire, seen_at=NOW - DAY / 24)]
    articles += [an_article("old", wire, seen_at=NOW - 7 * DAY)]
    visitor.store.commit([a_poll(wire, *articles, at=NOW - DAY / 24)])
    return visitor


def statements(visitor: Visitor) -> list[int]:
    """A number for each statement of the counts from now on."""
    counted: list[int] = []
    visitor.site.counting.store.before_statements(lambda: counted.append(len(counted)))
    return counted


async def test_the_figures_are_those_of_the_overview(filled: Visitor) -> None:
    site = filled.site
    cached = await DashboardCache(site).overview(DAY, SEOUL)
    request = OverviewRequest(span=DAY, zone=SEOUL, theme_titles=site.theme_titles)
    assert cached == overview(filled.store, site.clock(), request)


async def test_another_zone_or_span_has_only_its_own_part_counted(filled: Visitor) -> None:
    cache = DashboardCache(filled.site)
    counted = statements(filled)
    await cache.overview(DAY, UTC)
    whole = len(counted)
    await cache.overview(DAY, UTC)
    assert len(counted) == whole
    await cache.overview(DAY, SEOUL)
    assert len(counted) - whole < whole
    zones = len(counted)
    week = await cache.overview(7 * DAY, UTC)
    assert len(counted) - zones < whole
    assert week.coverage.until - week.coverage.since == 7 * DAY


async def test_a_span_out_of_bounds_is_refused(filled: Visitor) -> None:
    with pytest.raises(InvalidOption, match="since"):
        await DashboardCache(filled.site).overview(400 * DAY, UTC)


async def test_nothing_is_left_to_count_after_the_preparation(filled: Visitor) -> None:
    cache = DashboardCache(filled.site)
    await cache.prepare()
    await cache.measured_recall()  # which was begun
    counted = statements(filled)
    for span in SPANS:
        await cache.overview(span, UTC)
    assert await cache.recall() is not None
    assert counted == []


async def test_the_recall_is_not_waited_for_and_shown_when_it_is_measured(filled: Visitor) -> None:
    cache = DashboardCache(filled.site)
    assert await cache.recall() is None
    measured = await cache.measured_recall()
    assert measured == measure_recall(filled.store, filled.site.clock())
    assert await cache.recall() == measured


async def test_a_mark_on_the_sample_counts_within_two_minutes(filled: Visitor) -> None:
    cache = DashboardCache(filled.site)
    assert (await cache.measured_recall()).estimate is None
    old = an_article("old", a_feed(), seen_at=NOW - 7 * DAY)
    filled.store.marks.add(Mark(article_key=old.key, relevant=True, marked_at=NOW))
    filled.clock.later(timedelta(minutes=2))
    measured = await cache.recall()
    assert measured is not None
    assert measured.estimate is not None
    assert measured.estimate.answered == 1
