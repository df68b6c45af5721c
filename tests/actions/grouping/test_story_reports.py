"""A list of stories, and one with its articles, claims and history."""

from __future__ import annotations

import json
from itertools import chain

import pytest

from monitor.actions.grouping.story_reports import StoryQuery, list_stories, show_story, strands_of
from monitor.actions.option_values import InvalidOption
from monitor.domain.stories import GroupedArticle, GroupingReason, Repeat
from tests.contexts import watched
from tests.fakes import NOW, feed, subscription
from tests.grouped import (
    FIRST,
    HOUR,
    KILLED,
    MORE_KILLED,
    OTHER,
    SECOND,
    arrive,
    figure_pack,
    grouping,
    news,
)


async def test_stories_are_listed_by_their_latest_article_in_pages(store):
    watched(store)
    stage = grouping()
    await arrive(store, stage, news(OTHER))
    await arrive(store, stage, news(FIRST, 1), hours=1)
    await arrive(store, stage, news(SECOND, 26), hours=26)
    first = list_stories(store, StoryQuery(limit=1), NOW)
    assert [(listed.story.title, listed.days) for listed in first.stories] == [(FIRST, (1, 1))]
    rest = list_stories(store, StoryQuery(limit=1, after=first.next), NOW)
    assert [listed.story.title for listed in rest.stories] == [OTHER]
    assert rest.next is None
    assert list_stories(store, StoryQuery(least_articles=2), NOW).stories == first.stories
    recent = StoryQuery(since=NOW + 2 * HOUR)
    assert list_stories(store, recent, NOW).stories == first.stories


def test_a_wrong_cursor_is_refused(store):
    with pytest.raises(InvalidOption, match="after 'x' is no cursor"):
        list_stories(store, StoryQuery(after="x"), NOW)
    with pytest.raises(InvalidOption, match="is no cursor"):
        list_stories(store, StoryQuery(after=f"{10**18 - 1}-1"), NOW)


async def test_outlets_that_cite_one_agency_are_one_origin(store):
    watched(store, feed("f"), feed("g"))
    stage = grouping()
    await arrive(store, stage, news(FIRST, text="Yonhap reported it on Tuesday."))
    await arrive(store, stage, news(SECOND, 1, text="So says Yonhap."), hours=1, key="g")
    (listed,) = list_stories(store, StoryQuery(), NOW).stories
    assert (listed.outlets, listed.origins) == (2, 1)


async def test_a_story_is_shown_with_reasons_claims_and_what_supersedes_them(store):
    watched(store)
    stage = grouping(figure_pack())
    await arrive(store, stage, news(KILLED))
    await arrive(store, stage, news(MORE_KILLED, 2), hours=2)
    (listed,) = list_stories(store, StoryQuery(), NOW).stories
    shown = show_story(store, listed.story.key[:8], NOW)
    assert [article.article.entry.title for article in shown.articles] == [KILLED, MORE_KILLED]
    assert [(claim.value_min, claim.superseded_by) for claim in shown.claims] == [
        (600, 1),
        (800, None),
    ]
    document = json.loads(json.dumps(shown.as_json()))
    assert document["articles_listed"][1]["why"]["shared"][:2] == ["kursk", "shoigu"]
    assert document["articles_omitted"] == 0
    assert document["claims"][0]["party"] == "seoul"


async def test_a_story_shows_who_says_what_and_what_was_not_told(store):
    watched(store, subscriptions=(subscription("t", repeat=Repeat.STORY),))
    stage = grouping(figure_pack())
    await arrive(store, stage, hours=-1)
    await arrive(store, stage, news(KILLED))
    await arrive(store, stage, news("Moscow denies losses near Shoigu's Kursk", 2), hours=2)
    (listed,) = list_stories(store, StoryQuery(), NOW).stories
    document = json.loads(json.dumps(show_story(store, listed.story.key, NOW).as_json()))
    assert document["matrix"]["parties"] == ["moscow", "seoul"]
    cells = dict(chain.from_iterable(row["cells"].items() for row in document["matrix"]["rows"]))
    assert (cells["moscow"]["stance"], cells["seoul"]["stance"]) == ("denied", "asserted")
    (held,) = document["held_back"]
    assert held["subscription"] == "name of t"
    assert held["article"] == cells["moscow"]["article"]


def test_strands_part_what_is_loosely_linked_and_copies_follow():
    why = GroupingReason(sentence="")

    def place(key: str, copy_of: str | None = None, **links: float) -> GroupedArticle:
        return GroupedArticle(
            article_key=key, story=1, copy_key=key, copy_of=copy_of, origin="", at=NOW,
            links=links, why=why,
        )  # fmt: skip

    places = [
        place("a"), place("b", a=0.9), place("c", a=0.3), place("d", copy_of="c"),
    ]  # fmt: skip
    assert strands_of(places) == {"a": 1, "b": 1, "c": 2, "d": 2}
