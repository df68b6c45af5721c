"""Figures by claimant are of the kind that is stated most; the story of the week is the widest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.actions.statistics.figure_course import figure_course, story_of_week
from monitor.store.store import Store
from tests.contexts import watched
from tests.fakes import feed
from tests.grouped import KILLED, MORE_KILLED, arrive, figure_pack, grouping, news


@pytest.fixture
async def ledger(empty_store: Store) -> Store:
    watched(empty_store, feed("grouped"))
    articles = [news(KILLED), news(MORE_KILLED, 1)]
    await arrive(empty_store, grouping(figure_pack()), *articles, key="grouped", hours=3)
    return empty_store


async def test_each_claimant_has_the_values_that_changed(ledger: Store):
    now = max(story.last_at for story in ledger.stories.list()) + timedelta(hours=1)
    course = figure_course(ledger, now)
    assert course.kind
    values = [value.low for steps in course.series for value in steps.values]
    assert sorted(values) == [600, 800]
    document = course.as_json()
    assert document["kind"] == course.kind
    assert len(course.chart().rows) == 2
    story = story_of_week(ledger, now)
    assert story is not None
    assert story.story.title == KILLED


async def test_nothing_is_stated_after_a_month_and_no_story_is_of_the_week(ledger: Store):
    later = max(story.last_at for story in ledger.stories.list()) + timedelta(days=40)
    assert figure_course(ledger, later).series == ()
    assert figure_course(ledger, later).as_json()["kind"] is None
    assert story_of_week(ledger, later) is None
