"""Daily volume: flagged articles of each day, by their strongest theme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject
from monitor.charts.chart import Chart
from monitor.charts.day_bars import DailySeries, day_bars
from monitor.text import local_time

if TYPE_CHECKING:
    from monitor.store.store import Store

DAYS = 30
NO_THEME = "no theme"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeVolume:
    """The flagged articles of one theme, a number for each day."""

    slug: str  # "" for articles that count for no theme
    title: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyVolume:
    """Flagged articles of the last days; the last day is today, which is not over."""

    days: tuple[date, ...]
    themes: tuple[ThemeVolume, ...]  # in the order of the topic

    def chart(self) -> Chart:
        """The bars of these days."""
        series = [DailySeries(name=theme.title, counts=theme.counts) for theme in self.themes]
        return day_bars(self.days, series, last_day_is_over=False)

    def as_json(self) -> JsonObject:
        """The days and the counts of each theme, in the same order."""
        return {
            "finding": self.chart().finding,
            "days": [day.isoformat() for day in self.days],
            "themes": [
                {"slug": theme.slug, "title": theme.title, "counts": list(theme.counts)}
                for theme in self.themes
            ],
        }


def daily_volume(
    store: Store, now: datetime, zone: tzinfo, theme_titles: Mapping[str, str], days: int = DAYS
) -> DailyVolume:
    """The last days in this zone, today included.

    An article counts once, for its strongest theme, on the day when it was seen; one that its feed
    had before it was watched counts on the day when it was published.
    """
    today = local_time.today(now, zone)
    span = tuple(today - timedelta(days=ago) for ago in range(days - 1, -1, -1))
    starts = [local_time.instant(day, time(), zone) for day in span]
    counts = store.dashboard.flagged_by_theme(starts)
    themes = []
    for slug in _order(set().union(*counts), theme_titles):
        title = theme_titles.get(slug, slug) or NO_THEME
        daily = tuple(day[slug] for day in counts)
        themes.append(ThemeVolume(slug=slug, title=title, counts=daily))
    return DailyVolume(days=span, themes=tuple(themes))


def _order(counted: set[str], theme_titles: Mapping[str, str]) -> list[str]:
    """The themes of the topic, each with its colour; then those of earlier topics; then none."""
    others = sorted(counted - theme_titles.keys() - {""})
    return [*theme_titles, *others, *([""] if "" in counted else [])]
