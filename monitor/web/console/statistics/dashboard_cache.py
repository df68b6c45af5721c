"""Cached figures of the dashboard: each is counted at most once in a while, and after the start.

They are kept one by one: who asks for another span or another zone has only that part counted.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

from monitor.actions.grouping.spike_reports import recent_spikes
from monitor.actions.grouping.story_reports import ListedStory
from monitor.actions.statistics.daily_volume import DailyVolume, daily_volume
from monitor.actions.statistics.feed_hours import FeedHoursPage, feed_hours
from monitor.actions.statistics.figure_course import FigureCourse, figure_course, story_of_week
from monitor.actions.statistics.overview import (
    FixedFigures,
    Overview,
    SpanFigures,
    fixed_figures,
    join_figures,
    span_figures,
)
from monitor.actions.statistics.statistics_tables import (
    StatisticsTable,
    Table,
    chart_table,
    statistics_table,
    undelivered_table,
)
from monitor.actions.teaching.recall_measurement import (
    WEEKS,
    MeasuredRecall,
    WeekSample,
    recall_by_samples,
    sample_week,
)
from monitor.store.store import Store
from monitor.stories.volume_spikes import VolumeSpike
from monitor.web.site.context import SiteContext
from monitor.web.site.short_cache import ShortCache

CACHE_TIME = timedelta(minutes=1)
FEEDS_SHOWN = 12
SPANS = (timedelta(days=1), timedelta(days=7), timedelta(days=30))  # that the page has links to
# The samples of completed weeks change by an edit or a confirmation of an old article only.
_SAMPLE_TIME, _SAMPLE_GRACE = timedelta(hours=1), timedelta(days=1)


class DashboardCache:
    """The counts of the dashboard, each two minutes old at most."""

    def __init__(self, site: SiteContext) -> None:
        self._site = site
        self._spans = ShortCache[SpanFigures](site.clock, CACHE_TIME, grace=CACHE_TIME)
        self._fixed = ShortCache[FixedFigures](site.clock, CACHE_TIME, grace=CACHE_TIME)
        self._volumes = ShortCache[DailyVolume](site.clock, CACHE_TIME, grace=CACHE_TIME)
        self._tables = ShortCache[Table](site.clock, CACHE_TIME, grace=CACHE_TIME)
        self._figures = ShortCache[tuple[FigureCourse, ListedStory | None]](
            site.clock, CACHE_TIME, grace=CACHE_TIME
        )
        self._spikes = ShortCache[tuple[VolumeSpike, ...]](site.clock, CACHE_TIME, grace=CACHE_TIME)
        self._pages = ShortCache[FeedHoursPage](site.clock, CACHE_TIME, grace=CACHE_TIME)
        self._weeks = ShortCache[WeekSample](site.clock, _SAMPLE_TIME, grace=_SAMPLE_GRACE)
        self._recall = ShortCache[MeasuredRecall](site.clock, CACHE_TIME, grace=CACHE_TIME)

    async def prepare(self) -> None:
        """Count what the first request would wait for, and begin what it does not wait for."""
        for span in SPANS:
            await self.overview(span, UTC)
        await self.figures()
        await self.spikes()
        await self.feeds(FEEDS_SHOWN, "")
        self._recall.begin("recall", self._measure)

    async def overview(self, span: timedelta, zone: tzinfo) -> Overview:
        """The figures of a span, in the zone of the reader.  Raise InvalidOption."""
        count = partial(span_figures, now=self._site.clock(), span=span)
        spanned = await self._spans.get(span, lambda: self._site.count(count))
        return join_figures(
            spanned.covered.at, spanned, await self._fixed_figures(), await self._volume(zone)
        )

    async def table(self, name: StatisticsTable, zone: tzinfo) -> Table:
        """The numbers behind a chart, the same as on the page; or those of all feeds."""
        if name is StatisticsTable.FEEDS:
            return await self._tables.get(name, lambda: self._site.count(self._table_of_feeds))
        if name is StatisticsTable.VOLUME:
            return chart_table(await self._volume(zone))
        fixed = await self._fixed_figures()
        if name is StatisticsTable.UNDELIVERED:
            return undelivered_table(fixed.undelivered)
        return chart_table(fixed.scores if name is StatisticsTable.SCORES else fixed.times)

    def _table_of_feeds(self, store: Store) -> Table:
        now, titles = self._site.clock(), self._site.theme_titles
        return statistics_table(store, StatisticsTable.FEEDS, now, theme_titles=titles)

    async def _fixed_figures(self) -> FixedFigures:
        count = partial(fixed_figures, now=self._site.clock(), topics=tuple(self._site.topics))
        return await self._fixed.get("fixed", lambda: self._site.count(count))

    async def _volume(self, zone: tzinfo) -> DailyVolume:
        now, titles = self._site.clock(), self._site.theme_titles
        count = partial(daily_volume, now=now, zone=zone, theme_titles=titles)
        return await self._volumes.get(str(zone), lambda: self._site.count(count))

    async def figures(self) -> tuple[FigureCourse, ListedStory | None]:
        """The course of figures, and the story of the week; None without one."""
        now = self._site.clock()
        return await self._figures.get(
            "figures",
            lambda: self._site.read(
                lambda store: (figure_course(store, now), story_of_week(store, now))
            ),
        )

    async def spikes(self) -> tuple[VolumeSpike, ...]:
        """The spikes that go on or began within a day."""
        now = self._site.clock()
        return await self._spikes.get(
            "spikes", lambda: self._site.read(lambda store: recent_spikes(store, now))
        )

    async def recall(self) -> MeasuredRecall | None:
        """The recall of the last completed weeks; None while their samples are drawn.

        Nobody waits for that: it reads the scores of eight weeks.
        """
        if all(self._weeks.has(self._week_key(ago)) for ago in range(WEEKS)):
            return await self.measured_recall()
        self._recall.begin("recall", self._measure)
        return None

    async def measured_recall(self) -> MeasuredRecall:
        """The same, waited for."""
        return await self._recall.get("recall", self._measure)

    async def _measure(self) -> MeasuredRecall:
        """One week after another, so that other counts have their turn in between."""
        samples = [await self._sample(ago) for ago in range(WEEKS)]
        return await self._site.count(partial(recall_by_samples, samples=samples))

    async def _sample(self, weeks_ago: int) -> WeekSample:
        draw = partial(sample_week, now=self._site.clock(), weeks_ago=weeks_ago)
        return await self._weeks.get(self._week_key(weeks_ago), lambda: self._site.count(draw))

    def _week_key(self, weeks_ago: int) -> tuple[int, int]:
        """Year and number of the ISO week (UTC)."""
        day: datetime = self._site.clock().astimezone(UTC) - timedelta(weeks=weeks_ago + 1)
        year, week, _ = day.isocalendar()
        return year, week

    async def feeds(self, limit: int, after: str) -> FeedHoursPage:
        """A page of feeds by hour."""
        ask = partial(feed_hours, now=self._site.clock(), limit=limit, after=after or None)
        return await self._pages.get((limit, after), lambda: self._site.read(ask))
