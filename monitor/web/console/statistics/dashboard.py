"""Dashboard: coverage first, the figures of a span, and charts with their tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter, Request, Response

from monitor.access.caller import Caller
from monitor.access.permissions import Act, is_allowed
from monitor.actions.grouping.story_reports import ListedStory
from monitor.actions.option_values import InvalidOption, parse_duration
from monitor.actions.statistics.feed_hours import FeedHours, FeedHoursPage
from monitor.actions.statistics.figure_course import FigureCourse
from monitor.actions.statistics.overview import Overview
from monitor.actions.statistics.statistics_tables import (
    StatisticsTable,
)
from monitor.charts.chart import Chart
from monitor.charts.hour_strip import LEGEND
from monitor.charts.scales import short_seconds
from monitor.publish.csv_jsonl import table
from monitor.stories.volume_spikes import VolumeSpike
from monitor.web.console import article_lists
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import render
from monitor.web.console.frame.zones import zone_of
from monitor.web.console.statistics.dashboard_cache import (
    FEEDS_SHOWN,
    DashboardCache,
)
from monitor.web.site.context import SiteContext

PATH = "/console/dashboard"
_FEEDS_OF_PAGE = 100
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
    counts = DashboardCache(site)
    site.preparations.append(counts.prepare)

    @place.get(PATH, Act.READ_HEALTH)
    async def dashboard(request: Request, since: str = "", at: str = "") -> Response:
        figures = await counts.overview(_span(since), zone_of(request))
        feeds = await counts.feeds(FEEDS_SHOWN, "")
        parts = _parts(figures, caller_of(request), since or _DEFAULT_SPAN, _threshold(at))
        parts |= _feed_parts(request, feeds)
        parts |= _grouped_parts(caller_of(request), *await counts.figures())
        parts |= _spike_parts(caller_of(request), await counts.spikes())
        parts["recall"] = await counts.recall()
        return render(site, request, "dashboard", parts)

    @place.get(PATH + ".json", Act.READ_HEALTH)
    async def dashboard_json(request: Request, since: str = "") -> Response:
        document = (await counts.overview(_span(since), zone_of(request))).as_json()
        if not _sees_receivers(caller_of(request)):
            del document["undelivered"]
        document["recall"] = (await counts.measured_recall()).as_json()
        return article_lists.json_response(document)

    @place.get(PATH + "/feeds", Act.READ_HEALTH)
    async def feeds_page(request: Request, after: str = "") -> Response:
        parts = _feed_parts(request, await counts.feeds(_FEEDS_OF_PAGE, after))
        return render(site, request, "feed_hours", parts)

    for name in StatisticsTable:
        _add_table(place, counts, name)
    _add_figures(place, counts)
    return place.router


def _add_figures(place: PlaceRouter, counts: DashboardCache) -> None:
    @place.get(f"{PATH}/figures.csv", Act.READ_FIGURES)
    async def figures_csv() -> Response:
        chart = (await counts.figures())[0].chart()
        return article_lists.table_response(table(chart.columns, chart.rows), "figures-by-claimant")

    @place.get(f"{PATH}/figures.json", Act.READ_FIGURES)
    async def figures_json() -> Response:
        return article_lists.json_response((await counts.figures())[0].as_json())


def _add_table(place: PlaceRouter, counts: DashboardCache, name: StatisticsTable) -> None:
    """The numbers behind a chart as CSV and JSON; those that name receivers are for operators."""
    names_receivers = name is StatisticsTable.UNDELIVERED
    act = Act.READ_DELIVERIES if names_receivers else Act.READ_HEALTH

    @place.get(f"{PATH}/{name}.csv", act)
    async def table_csv(request: Request) -> Response:
        headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
        text = (await counts.table(name, zone_of(request))).csv()
        return Response(text, headers=headers, media_type="text/csv; charset=utf-8")

    @place.get(f"{PATH}/{name}.json", act)
    async def table_json(request: Request) -> Response:
        return article_lists.json_response((await counts.table(name, zone_of(request))).as_json())


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


def _span(text: str) -> timedelta:
    """The span of an address.  Raise InvalidOption."""
    return parse_duration(text or _DEFAULT_SPAN, "since")


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
