"""Dashboard: coverage first, the figures of a span, and charts with their tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from fastapi import APIRouter, Request, Response

from monitor.access.caller import Caller
from monitor.access.permissions import Act, is_allowed
from monitor.actions.grouping.spike_reports import recent_spikes
from monitor.actions.grouping.story_reports import ListedStory
from monitor.actions.option_values import InvalidOption, parse_duration
from monitor.actions.statistics.feed_hours import FeedHours, FeedHoursPage, feed_hours
from monitor.actions.statistics.figure_course import FigureCourse, figure_course, story_of_week
from monitor.actions.statistics.overview import Overview, OverviewRequest, overview
from monitor.actions.statistics.statistics_tables import (
    StatisticsTable,
    Table,
    statistics_table,
)
from monitor.actions.teaching.recall_measurement import MeasuredRecall, measure_recall
from monitor.charts.chart import Chart
from monitor.charts.hour_strip import LEGEND
from monitor.charts.scales import short_seconds
from monitor.publish.csv_jsonl import table
from monitor.stories.volume_spikes import VolumeSpike
from monitor.web.console import article_lists
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import render
from monitor.web.console.frame.zones import zone_of
from monitor.web.site.context import SiteContext
from monitor.web.site.short_cache import ShortCache

PATH = "/console/dashboard"
CACHE_TIME = timedelta(minutes=1)
RECALL_CACHE_TIME = timedelta(minutes=10)  # it reads the scores of eight weeks
_FEEDS_SHOWN, _FEEDS_OF_PAGE = 12, 100
_DEFAULT_SPAN = "24h"
_SPANS = {"24h": "24 hours", "7d": "7 days", "30d": "30 days"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChart:
    """A chart on the page, with the addresses of its numbers."""

    title: str
    chart: Chart
    csv: str
    json: str


def routes(site: SiteContext) -> APIRouter:
    """The dashboard as a page and for programs, and all feeds hour by hour."""
    place = PlaceRouter(site)
    counts = _CachedCounts(site)

    @place.get(PATH, Act.READ_HEALTH)
    async def dashboard(request: Request, since: str = "", at: str = "") -> Response:
        figures = await counts.overview(request, since)
        feeds = await counts.feeds(_FEEDS_SHOWN, "")
        parts = _parts(figures, caller_of(request), since or _DEFAULT_SPAN, _threshold(at))
        parts |= _feed_parts(request, feeds)
        parts |= _grouped_parts(caller_of(request), *await counts.figures())
        parts |= _spike_parts(caller_of(request), await counts.spikes())
        parts["recall"] = await counts.recall()
        return render(site, request, "dashboard", parts)

    @place.get(PATH + ".json", Act.READ_HEALTH)
    async def dashboard_json(request: Request, since: str = "") -> Response:
        document = (await counts.overview(request, since)).as_json()
        if not _sees_receivers(caller_of(request)):
            del document["undelivered"]
        document["recall"] = (await counts.recall()).as_json()
        return article_lists.json_response(document)

    @place.get(PATH + "/feeds", Act.READ_HEALTH)
    async def feeds_page(request: Request, after: str = "") -> Response:
        parts = _feed_parts(request, await counts.feeds(_FEEDS_OF_PAGE, after))
        return render(site, request, "feed_hours", parts)

    for name in StatisticsTable:
        _add_table(site, place, name)
    _add_figures(place, counts)
    return place.router


def _add_figures(place: PlaceRouter, counts: _CachedCounts) -> None:
    @place.get(f"{PATH}/figures.csv", Act.READ_FIGURES)
    async def figures_csv() -> Response:
        chart = (await counts.figures())[0].chart()
        return article_lists.table_response(table(chart.columns, chart.rows), "figures-by-claimant")

    @place.get(f"{PATH}/figures.json", Act.READ_FIGURES)
    async def figures_json() -> Response:
        return article_lists.json_response((await counts.figures())[0].as_json())


class _CachedCounts:
    """The counts of the dashboard, each two minutes old at most."""

    def __init__(self, site: SiteContext) -> None:
        self._site = site
        self._overviews = ShortCache[Overview](site.clock, CACHE_TIME, grace=CACHE_TIME)
        self._figures = ShortCache[tuple[FigureCourse, ListedStory | None]](
            site.clock, CACHE_TIME, grace=CACHE_TIME
        )
        self._spikes = ShortCache[tuple[VolumeSpike, ...]](site.clock, CACHE_TIME, grace=CACHE_TIME)
        self._pages = ShortCache[FeedHoursPage](site.clock, CACHE_TIME, grace=CACHE_TIME)
        self._recall = ShortCache[MeasuredRecall](
            site.clock, RECALL_CACHE_TIME, grace=RECALL_CACHE_TIME
        )

    async def overview(self, request: Request, since: str) -> Overview:
        """The figures of a span, in the zone of the reader."""
        zone, span = zone_of(request), parse_duration(since or _DEFAULT_SPAN, "since")
        overview_request = OverviewRequest(
            span=span, zone=zone, theme_titles=self._site.theme_titles
        )
        count = partial(overview, now=self._site.clock(), request=overview_request)
        return await self._overviews.get((span, str(zone)), lambda: self._site.count(count))

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

    async def recall(self) -> MeasuredRecall:
        """The recall of the last completed weeks, by the marks on their sample."""
        measure = partial(measure_recall, now=self._site.clock())
        return await self._recall.get("recall", lambda: self._site.count(measure))

    async def feeds(self, limit: int, after: str) -> FeedHoursPage:
        """A page of feeds by hour."""
        ask = partial(feed_hours, now=self._site.clock(), limit=limit, after=after or None)
        return await self._pages.get((limit, after), lambda: self._site.read(ask))


def _add_table(site: SiteContext, place: PlaceRouter, name: StatisticsTable) -> None:
    """The numbers behind a chart as CSV and JSON; those that name receivers are for operators."""
    names_receivers = name is StatisticsTable.UNDELIVERED
    act = Act.READ_DELIVERIES if names_receivers else Act.READ_HEALTH

    tables = ShortCache[Table](site.clock, CACHE_TIME, grace=CACHE_TIME)

    async def table_of(request: Request) -> Table:
        zone, now, titles = zone_of(request), site.clock(), site.theme_titles
        ask = partial(statistics_table, name=name, now=now, zone=zone, theme_titles=titles)
        return await tables.get(str(zone), lambda: site.count(ask))

    @place.get(f"{PATH}/{name}.csv", act)
    async def table_csv(request: Request) -> Response:
        headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
        text = (await table_of(request)).csv()
        return Response(text, headers=headers, media_type="text/csv; charset=utf-8")

    @place.get(f"{PATH}/{name}.json", act)
    async def table_json(request: Request) -> Response:
        return article_lists.json_response((await table_of(request)).as_json())


def _grouped_parts(
    caller: Caller, course: FigureCourse, story: ListedStory | None
) -> dict[str, object]:
    """The course of figures and the story of the week, for whoever may read them."""

    def may(act: Act) -> bool:
        return is_allowed(act, role=caller.role, scopes=caller.scopes)

    has_course = may(Act.READ_FIGURES) and bool(course.series)
    return {
        "course": _figure("Figures by claimant", course.chart(), "figures") if has_course else None,
        "story": story if may(Act.READ_ARTICLES) else None,
    }


def _spike_parts(caller: Caller, spikes: tuple[VolumeSpike, ...]) -> dict[str, object]:
    """The spikes, for whoever may read what they are about."""
    may_read = is_allowed(Act.READ_ARTICLES, role=caller.role, scopes=caller.scopes)
    return {"spikes": spikes if may_read else ()}


def _sees_receivers(caller: Caller) -> bool:
    return is_allowed(Act.READ_DELIVERIES, role=caller.role, scopes=caller.scopes)


def _threshold(per_cent: str) -> float | None:
    """ "53" → 0.53; None for an empty text.  Raise InvalidOption."""
    if not per_cent:
        return None
    try:
        return float(per_cent) / 100
    except ValueError:
        raise InvalidOption("at", f"{per_cent!r}: give a number of per cent, such as 53") from None


def _parts(
    figures: Overview, caller: Caller, since: str, other_threshold: float | None
) -> dict[str, object]:
    scores = figures.scores.at(other_threshold)
    shown = scores.threshold if other_threshold is None else other_threshold
    return {
        "figures": figures,
        "is_well": figures.is_well,
        "spans": [(name, f"{PATH}?since={span}", span == since) for span, name in _SPANS.items()],
        "since": since,
        "seconds": short_seconds,
        "volume": _figure("Flagged a day, by theme", figures.volume.chart(), "volume"),
        "scores": _figure("Scores against the threshold", scores.chart(), "scores"),
        "times": _figure("Time to alert", figures.times.chart(), "times"),
        "change": scores.change,
        "percent": round(shown * 100),
        "sees_receivers": _sees_receivers(caller),
        "json_address": f"{PATH}.json{article_lists.query_text({'since': since})}",
    }


def _feed_parts(request: Request, page: FeedHoursPage) -> dict[str, object]:
    next_address = article_lists.query_text({"after": page.next or ""})
    return {
        "feeds": [_strip(request, feed) for feed in page.feeds],
        "first_hour": page.since,
        "strip_legend": LEGEND,
        "next_address": f"{PATH}/feeds{next_address}" if page.next else "",
        "formats": {"CSV": f"{PATH}/feeds.csv", "JSON": f"{PATH}/feeds.json"},
    }


def _strip(request: Request, feed: FeedHours) -> Mapping[str, object]:
    return {"feed": feed, "chart": feed.chart(zone_of(request))}


def _figure(title: str, chart: Chart, name: str) -> ShownChart:
    return ShownChart(
        title=title,
        chart=chart,
        csv=f"{PATH}/{name}.csv",
        json=f"{PATH}/{name}.json",
    )
