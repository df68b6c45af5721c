"""Statistics and health: coverage, the numbers of the dashboard, findings and settings."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from pydantic import Field

from monitor.access.permissions import Act, is_allowed
from monitor.actions.as_json import JsonObject
from monitor.actions.operations.configuration import effective_settings
from monitor.actions.operations.service_state import public_state
from monitor.actions.option_values import parse_duration
from monitor.actions.statistics.feed_hours import feed_hours
from monitor.actions.statistics.overview import OverviewRequest, overview
from monitor.actions.statistics.statistics_tables import StatisticsTable, statistics_table
from monitor.web.api.conventions.api_models import ApiModel, NoBody, NoQuery, PageQuery
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.operation import Answer, Call
from monitor.web.api.conventions.paging import page_answer, whole_list
from monitor.web.api.shapes import statistics_shapes as shapes

api = ApiRouter()


class SpanQuery(ApiModel):
    """Which span of time, until now."""

    since: str = Field("24h", min_length=2, max_length=20, description="Such as `24h`, `7d`.")


@api.get("/coverage", Act.READ_HEALTH, SpanQuery, shapes.CoverageShape)
async def read_coverage(call: Call[SpanQuery, NoBody]) -> Answer:
    """What was polled in a span of time, how it went, and what came of it; a minute old at most."""
    document = await _overview(call)
    names = shapes.CoverageShape.__annotations__
    return Answer(content={name: document[name] for name in names})


@api.get("/stats/overview", Act.READ_HEALTH, SpanQuery, shapes.Statistics)
async def read_overview(call: Call[SpanQuery, NoBody]) -> Answer:
    """All numbers of the dashboard; a minute old at most."""
    document = await _overview(call)
    caller = call.caller
    if not is_allowed(Act.READ_DELIVERIES, role=caller.role, scopes=caller.scopes):
        document = {name: part for name, part in document.items() if name != "undelivered"}
    return Answer(content=document)


async def _overview(call: Call[SpanQuery, NoBody]) -> JsonObject:
    span: timedelta = parse_duration(call.query.since, "since")
    request = OverviewRequest(
        span=span, theme_titles=call.site.theme_titles, topics=tuple(call.site.topics)
    )

    async def count() -> JsonObject:
        figures = await call.count(partial(overview, now=call.now, request=request))
        return figures.as_json()

    return await call.context.statistics.get(("overview", span), count)


@api.get("/stats/feeds", Act.READ_HEALTH, PageQuery, shapes.Statistics)
async def read_feed_hours(call: Call[PageQuery, NoBody]) -> Answer:
    """Feeds hour by hour for two days, the worst state first, a sign for each hour."""
    query = call.query
    page = await call.read(
        lambda store: feed_hours(store, call.now, limit=query.limit, after=query.after or None)
    )
    document = page.as_json()
    del document["feeds"], document["next"]
    items = [feed.as_json() for feed in page.feeds]
    return page_answer(call.request, items, page.next, **document)


@api.get("/stats/volume", Act.READ_HEALTH, NoQuery, shapes.Statistics)
async def read_volume(call: Call[NoQuery, NoBody]) -> Answer:
    """Flagged articles of each of the last 30 days (UTC), by their strongest theme."""
    return await _table(call, StatisticsTable.VOLUME)


@api.get("/stats/scores", Act.READ_HEALTH, NoQuery, shapes.Statistics)
async def read_scores(call: Call[NoQuery, NoBody]) -> Answer:
    """Articles by score, against the threshold."""
    return await _table(call, StatisticsTable.SCORES)


@api.get("/stats/latency", Act.READ_HEALTH, NoQuery, shapes.Statistics)
async def read_latency(call: Call[NoQuery, NoBody]) -> Answer:
    """How long it took from an article to its alert."""
    return await _table(call, StatisticsTable.TIMES)


@api.get("/stats/undelivered", Act.READ_DELIVERIES, NoQuery, shapes.Statistics)
async def read_undelivered(call: Call[NoQuery, NoBody]) -> Answer:
    """What waits for each receiver, and what was given up last."""
    return await _table(call, StatisticsTable.UNDELIVERED)


async def _table(call: Call[NoQuery, NoBody], name: StatisticsTable) -> Answer:
    titles = call.site.theme_titles

    async def count() -> JsonObject:
        ask = partial(statistics_table, name=name, now=call.now, theme_titles=titles)
        return (await call.count(ask)).as_json()

    return Answer(content=await call.context.statistics.get(name, count))


@api.get("/health", Act.READ_HEALTH, NoQuery, shapes.HealthShape)
async def read_health(call: Call[NoQuery, NoBody]) -> Answer:
    """Whether the service works, what `monitor doctor` finds, and for admins the settings.

    The status is at most 20 seconds old, findings about the database (`found_at`) two minutes.
    """
    state = await call.context.health.service_state()
    caller = call.caller
    sees_all = is_allowed(Act.READ_SETTINGS, role=caller.role, scopes=caller.scopes)
    return Answer(content=(state if sees_all else public_state(state)).as_json())


@api.get("/conditions", Act.READ_HEALTH, NoQuery, shapes.ConditionListShape)
async def list_conditions(call: Call[NoQuery, NoBody]) -> Answer:
    """Faults of the service that were reported and have not ended."""
    conditions = await call.read(lambda store: dict(store.service_faults.all()))
    return Answer(content={"items": conditions, "next": None}, is_list=True)


@api.get("/settings", Act.READ_SETTINGS, NoQuery, shapes.SettingListShape)
async def list_settings(call: Call[NoQuery, NoBody]) -> Answer:
    """Every setting in force with the file and line that set it; secrets are masked."""
    return whole_list([setting.as_json() for setting in effective_settings(call.site.settings)])
