"""Stories: listed, shown, merged, split, renamed, and the last decision taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import Field

from monitor.access.permissions import Act
from monitor.actions import option_values
from monitor.actions.as_json import JsonObject
from monitor.actions.grouping import story_decisions, story_reports
from monitor.actions.grouping.silent_parties import expected_outlets
from monitor.actions.grouping.spike_reports import spike_report
from monitor.actions.grouping.story_decisions import LONGEST_TITLE, DecidedStories
from monitor.actions.grouping.story_lookup import check_has_stories, find_story, story_as_json
from monitor.actions.grouping.story_reports import ShownStory, StoryQuery
from monitor.domain.tiers import WantedTier
from monitor.store.store import Store
from monitor.web.api.conventions.api_models import ApiModel, NoBody, NoQuery, PageQuery, Whole
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.errors_as_problems import found
from monitor.web.api.conventions.operation import Answer, Call
from monitor.web.api.conventions.paging import page_answer
from monitor.web.api.shapes import story_shapes as shapes

api = ApiRouter()


class StoriesQuery(PageQuery):
    """Which stories."""

    since: str = Field(
        "", max_length=40, description="With an article since `2d` ago, or a date or time."
    )
    least_articles: Whole = Field(1, ge=1, le=10_000)
    tier: WantedTier = Field(
        WantedTier.ALERT,
        description="`review`: also stories with articles that wait for review.",
    )
    topic: str = Field(
        "", max_length=200, description="Of this topic; one without stories is refused."
    )


@api.get("/stories", Act.READ_ARTICLES, StoriesQuery, shapes.StoryPageShape)
async def list_all_stories(call: Call[StoriesQuery, NoBody]) -> Answer:
    """Stories, the one with the latest article first."""
    query = call.query
    if query.topic:
        check_has_stories(call.site.settings, query.topic)
    request = StoryQuery(
        since=option_values.parse_instant(query.since, "since", call.now) if query.since else None,
        least_articles=query.least_articles,
        in_review=query.tier is WantedTier.REVIEW,
        after=query.after or None,
        limit=query.limit,
    )
    page = await call.read(lambda store: story_reports.list_stories(store, request, call.now))
    return page_answer(call.request, [story.as_json() for story in page.stories], page.next)


@api.get("/stories/{key}", Act.READ_ARTICLES, NoQuery, shapes.StoryDetailShape)
async def read_story(call: Call[NoQuery, NoBody]) -> Answer:
    """One story with its articles, claims and history; a merged one is the one that it is in."""

    def show(store: Store) -> ShownStory:
        outlets = expected_outlets(call.site.settings)
        return found(lambda: story_reports.show_story(store, call.key, call.now, outlets))

    shown = await call.read(show)
    return Answer(content=shown.as_json())


class SpikeQuery(ApiModel):
    """Which spikes."""

    since: str = Field("30d", max_length=40, description="Spikes that began within this time.")


@api.get("/stories/spikes", Act.READ_ARTICLES, SpikeQuery, shapes.SpikeReportShape)
async def read_spikes(call: Call[SpikeQuery, NoBody]) -> Answer:
    """How much each theme and busy story is reported now, what is usual, and the spikes."""
    span = option_values.parse_duration(call.query.since, "since")
    titles = call.site.theme_titles
    report = await call.read(lambda store: spike_report(store, titles, call.now, span))
    return Answer(content=report.as_json())


class MergeBody(ApiModel):
    """The story whose articles come into this one."""

    other: str = Field(min_length=1, max_length=64, description="Its key.")
    reason: str = Field(min_length=1, max_length=1_000)


@api.post("/stories/{key}/merge", Act.CORRECT_STORIES, MergeBody, shapes.DecidedStoriesShape)
async def merge_story(call: Call[NoQuery, MergeBody]) -> Answer:
    """Move all articles of another story into this one."""
    body = call.body

    def merge(store: Store, key: str) -> DecidedStories:
        return story_decisions.merge_stories(
            store, body.other, key, by=call.caller.name, reason=body.reason, now=call.now
        )

    return await _decided(call, merge)


class SplitBody(ApiModel):
    """The articles that become a story of their own."""

    articles: tuple[str, ...] = Field(min_length=1, max_length=200, description="Their keys.")
    reason: str = Field(min_length=1, max_length=1_000)


@api.post("/stories/{key}/split", Act.CORRECT_STORIES, SplitBody, shapes.DecidedStoriesShape)
async def split_one_story(call: Call[NoQuery, SplitBody]) -> Answer:
    """Make some articles of a story, with their copies, a story of their own."""
    body = call.body

    def split(store: Store, key: str) -> DecidedStories:
        return story_decisions.split_story(
            store, key, body.articles, by=call.caller.name, reason=body.reason, now=call.now
        )

    return await _decided(call, split)


@api.post("/stories/{key}/undo", Act.CORRECT_STORIES, NoBody, shapes.DecidedStoriesShape)
async def undo_story_decision(call: Call[NoQuery, NoBody]) -> Answer:
    """Take back the last merge, split or move of a story, whoever made it."""

    def undo(store: Store, key: str) -> DecidedStories:
        return story_decisions.undo_last(store, key, by=call.caller.name, now=call.now)

    return await _decided(call, undo)


class StoryNameBody(ApiModel):
    """The name of a story."""

    title: str = Field(min_length=1, max_length=LONGEST_TITLE)


@api.patch("/stories/{key}", Act.CORRECT_STORIES, StoryNameBody, shapes.StoryHeadShape)
async def rename_one_story(call: Call[NoQuery, StoryNameBody]) -> Answer:
    """Give a story a name."""

    def rename(store: Store) -> JsonObject:
        key = found(lambda: find_story(store, call.key)).key
        renamed = story_decisions.rename_story(
            store, key, call.body.title, by=call.caller.name, now=call.now
        )
        return story_as_json(renamed, call.now)

    return Answer(content=await call.write(rename))


async def _decided(call: Call[Any, Any], decide: Callable[[Store, str], DecidedStories]) -> Answer:
    """The stories after a decision about the one that the address names."""

    def decide_on_found(store: Store) -> JsonObject:
        key = found(lambda: find_story(store, call.key)).key
        return decide(store, key).as_json()

    return Answer(content=await call.write(decide_on_found))
