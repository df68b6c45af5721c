"""Statistics as tables: the rows behind each chart, for CSV files and for the page beside it."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject
from monitor.actions.statistics import feed_hours, undelivered
from monitor.actions.statistics.alert_times import AlertTimes, alert_times
from monitor.actions.statistics.daily_volume import DailyVolume, daily_volume
from monitor.actions.statistics.score_distribution import ScoreDistribution, score_distribution
from monitor.actions.statistics.undelivered import UndeliveredAlerts
from monitor.charts.chart import Cell

if TYPE_CHECKING:
    from monitor.store.store import Store


class StatisticsTable(enum.StrEnum):
    """The tables that there are."""

    VOLUME = "volume"  # flagged articles by day and theme
    FEEDS = "feeds"  # feeds by hour
    SCORES = "scores"
    TIMES = "times"  # to alert
    UNDELIVERED = "undelivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under headings, and the same as the action's JSON."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    document: JsonObject

    def csv(self) -> str:
        """A CSV document; no spreadsheet runs a cell of it as a formula."""
        from monitor.publish import csv_jsonl

        return csv_jsonl.table(self.columns, self.rows)

    def as_json(self) -> JsonObject:
        """The document of the action."""
        return self.document


def statistics_table(
    store: Store,
    name: StatisticsTable,
    now: datetime,
    *,
    zone: tzinfo = UTC,
    theme_titles: Mapping[str, str],
) -> Table:
    """The whole table of this name; of feeds the last 48 hours of all that are polled."""
    if name is StatisticsTable.FEEDS:
        return _all_feeds(store, now)
    if name is StatisticsTable.UNDELIVERED:
        return undelivered_table(undelivered.undelivered_alerts(store, now))
    if name is StatisticsTable.VOLUME:
        return chart_table(daily_volume(store, now, zone, theme_titles))
    if name is StatisticsTable.SCORES:
        return chart_table(score_distribution(store, now))
    return chart_table(alert_times(store, now))


def undelivered_table(alerts: UndeliveredAlerts) -> Table:
    """The receivers of these alerts."""
    return _table(undelivered.COLUMNS, alerts.rows(), alerts.as_json())


def chart_table(counts: DailyVolume | ScoreDistribution | AlertTimes) -> Table:
    """The rows behind the chart of these counts."""
    chart = counts.chart()
    return _table(chart.columns, chart.rows, counts.as_json())


def _table(columns: Sequence[str], rows: Sequence[tuple[Cell, ...]], document: JsonObject) -> Table:
    return Table(columns=tuple(columns), rows=tuple(rows), document=document)


def _all_feeds(store: Store, now: datetime) -> Table:
    pages = list(_feed_pages(store, now))
    rows: list[tuple[Cell, ...]] = []
    feeds: list[JsonObject] = []
    for page in pages:
        rows += page.rows()
        feeds += [feed.as_json() for feed in page.feeds]
    return _table(feed_hours.COLUMNS, rows, pages[0].as_json() | {"feeds": feeds, "next": None})


def _feed_pages(store: Store, now: datetime) -> Iterator[feed_hours.FeedHoursPage]:
    after = None
    while True:
        page = feed_hours.feed_hours(store, now, limit=feed_hours.MOST_FEEDS, after=after)
        yield page
        after = page.next
        if after is None:
            return
