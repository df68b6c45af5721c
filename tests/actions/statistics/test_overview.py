"""The overview: one document with every figure."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from monitor.actions.option_values import InvalidOption
from monitor.actions.statistics.overview import OverviewRequest, overview
from monitor.domain.alerts import AlertState
from monitor.domain.articles import Mark
from tests.store.builders import (
    NOW,
    a_feed,
    a_poll,
    a_rejected_article,
    a_subscription,
    an_alert,
    an_article,
)

REQUEST = OverviewRequest(theme_titles={"troops": "Troops"})


def keep(store, *articles, alerts=()):
    store.feeds.add(a_feed())
    store.commit([a_poll(a_feed(), *articles, alerts=alerts, at=NOW)])


def test_the_overview_counts_what_was_read_flagged_and_sent(store):
    desk = a_subscription()
    store.subscriptions.add(desk)
    story = an_article(seen_at=NOW - timedelta(hours=1))
    keep(
        store,
        story,
        a_rejected_article(seen_at=NOW - timedelta(hours=1)),
        alerts=(an_alert(story, desk, state=AlertState.SENT),),
    )
    figures = overview(store, NOW, REQUEST)
    assert figures.sentence == "1 of 1 feed healthy; 2 read, 1 flagged, 1 alerted"
    assert figures.alerts[AlertState.SENT] == 1
    assert figures.volume.themes[0].counts[-1] == 1
    assert figures.is_well


def test_a_precision_is_withheld_while_there_are_few_marks(store):
    stories = [an_article(f"story {number}") for number in range(20)]
    keep(store, *stories)
    for story in stories[:19]:
        store.marks.add(Mark(article_key=story.key, relevant=True, marked_at=NOW))
    assert overview(store, NOW, REQUEST).precision.share is None
    store.marks.add(Mark(article_key=stories[19].key, relevant=False, marked_at=NOW))
    precision = overview(store, NOW, REQUEST).precision
    assert (precision.share, precision.words) == (0.95, "95% (76% to 99%, n = 20)")


def test_the_json_holds_every_chart_and_is_plain(store):
    keep(store, an_article())
    document = json.loads(json.dumps(overview(store, NOW, REQUEST).as_json()))
    assert {"coverage", "volume", "scores", "times", "undelivered"} <= document.keys()
    assert document["precision_as_marked"]["interval"] is None
    assert document["coverage"]["feeds"] == 1


def test_a_feed_that_fails_makes_the_overview_unwell(store):
    assert not overview(store, NOW, REQUEST).is_well  # no feed is watched
    store.feeds.add(a_feed())
    assert not overview(store, NOW, REQUEST).is_well  # not read yet
    keep(store, an_article())
    assert overview(store, NOW, REQUEST).is_well


@pytest.mark.parametrize("span", [timedelta(0), timedelta(days=93)])
def test_a_span_out_of_bounds_is_refused(store, span):
    with pytest.raises(InvalidOption, match="since from 1m to 92d ago"):
        overview(store, NOW, OverviewRequest(span=span, theme_titles={}))
