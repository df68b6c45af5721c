"""Counts for the dashboard, the same on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.alerts import AlertState
from monitor.domain.articles import DecisionReason, Mark
from monitor.domain.feeds import Entry, FeedState
from monitor.health.feed_strip import StripHour
from monitor.store.reports.dashboard_counts import (
    DeadAlert,
    ScoreGroup,
    WaitingAlerts,
)
from tests.store.builders import (
    MINUTE,
    NOW,
    a_decision,
    a_feed,
    a_poll,
    a_rejected_article,
    a_subscription,
    an_alert,
    an_article,
)

DAY = timedelta(days=1)


def keep(store, *articles, alerts=()):
    store.feeds.add(a_feed())
    store.commit([a_poll(a_feed(), *articles, alerts=tuple(alerts))])


def test_flagged_articles_are_counted_by_span_and_by_their_strongest_theme(store):
    themeless = replace(a_decision(), labels=())
    keep(
        store,
        an_article("late", seen_at=NOW),
        an_article("early", seen_at=NOW - DAY, decision=themeless),
        an_article("before", seen_at=NOW - 2 * DAY),
        a_rejected_article("weather", seen_at=NOW),
    )
    assert store.dashboard.flagged_by_theme([NOW - DAY, NOW]) == [{"": 1}, {"troops": 1}]


def test_an_article_of_the_backlog_counts_when_it_was_published(store):
    published = Entry(title="old", published_at=NOW - DAY)
    forgotten = Entry(title="older", published_at=NOW - 9 * DAY)
    keep(
        store,
        an_article("old", entry=published, backlog=True),
        an_article("older", entry=forgotten, backlog=True),
        an_article("undated", backlog=True),
    )
    starts = [NOW - 2 * DAY, NOW - DAY, NOW]
    assert store.dashboard.flagged_by_theme(starts) == [{}, {"troops": 1}, {"troops": 1}]


@pytest.mark.parametrize(
    ("score", "point"), [(0.0, 0), (0.004, 0), (0.57, 57), (0.579, 57), (0.5, 50), (1.0, 99)]
)
def test_a_score_is_counted_by_its_whole_per_cent(store, score, point):
    keep(store, an_article("any", decision=a_decision(score=score)))
    assert store.dashboard.scores(NOW) == [
        ScoreGroup(point=point, reason=DecisionReason.SCORE, relevant=True, number=1)
    ]


def test_the_threshold_is_that_of_the_newest_article(store):
    assert store.dashboard.newest_threshold() is None
    old = a_decision(threshold=0.4)
    keep(store, an_article("new"), an_article("old", seen_at=NOW - DAY, decision=old))
    assert store.dashboard.newest_threshold() == 0.5


def test_scores_are_grouped_by_what_decided(store):
    dropped = a_decision(relevant=False, reason=DecisionReason.DROPPED, score=0.9, labels=())
    keep(
        store,
        an_article("one"),
        an_article("two"),
        an_article("three", decision=dropped),
        an_article("old", seen_at=NOW - DAY),
    )
    groups = {(group.reason, group.relevant): group.number for group in store.dashboard.scores(NOW)}
    assert groups == {(DecisionReason.SCORE, True): 2, (DecisionReason.DROPPED, False): 1}


def test_alerts_that_wait_or_were_given_up_are_counted_by_receiver(store):
    desk, paper = a_subscription("desk"), a_subscription("paper")
    store.subscriptions.add(desk)
    store.subscriptions.add(paper)
    stories = [an_article(name, seen_at=NOW + place * MINUTE) for place, name in enumerate("abcd")]
    alerts = [
        an_alert(stories[0], desk),
        an_alert(stories[1], desk),
        an_alert(stories[2], paper, state=AlertState.DEAD, last_error="status: 410 gone"),
        an_alert(stories[3], paper, state=AlertState.SENT),
    ]
    keep(store, *stories, alerts=alerts)
    assert store.dashboard.waiting() == [
        WaitingAlerts(subscription="desk", pending=2, oldest_at=NOW),
        WaitingAlerts(subscription="paper", dead=1),
    ]
    assert store.dashboard.newest_dead(5) == [
        DeadAlert(
            key=alerts[2].key,
            subscription="paper",
            created_at=NOW + 2 * MINUTE,
            why="status: 410 gone",
        )
    ]
    counts = store.dashboard.alerts_by_state(NOW)
    assert (counts[AlertState.PENDING], counts[AlertState.SENT]) == (2, 1)
    assert counts[AlertState.HELD] == 0
    assert store.dashboard.alerts_by_state(NOW + 3 * MINUTE)[AlertState.PENDING] == 0


def test_the_alerts_of_a_removed_subscription_are_named_by_its_key(store):
    desk = a_subscription("desk")
    store.subscriptions.add(desk)
    story = an_article("a")
    keep(store, story, alerts=[an_alert(story, desk, state=AlertState.DEAD)])
    store.subscriptions.remove(desk.key, NOW)
    (waiting,) = store.dashboard.waiting()
    assert (waiting.subscription, waiting.dead) == (desk.key, 1)


def test_marks_on_flagged_articles_are_counted(store):
    stories = [an_article("right"), an_article("wrong"), an_article("old")]
    keep(store, *stories, a_rejected_article("weather"))
    marks = [
        (stories[0], True, NOW),
        (stories[1], False, NOW),
        (stories[2], True, NOW - DAY),
        (a_rejected_article("weather"), True, NOW),
    ]
    for article, relevant, at in marks:
        store.marks.add(Mark(article_key=article.key, relevant=relevant, marked_at=at))
    assert store.dashboard.marked_flagged(NOW - MINUTE) == (1, 2)
    other = Mark(article_key=stories[1].key, relevant=True, marked_at=NOW, by="Mina")
    store.marks.add(other)  # now people disagree about it
    assert store.dashboard.marked_flagged(NOW - MINUTE) == (1, 1)
    assert store.dashboard.marked_flagged(NOW + DAY) == (0, 0)


def with_state(name, state):
    feed = a_feed(name, title=name)
    return replace(feed, poll=replace(feed.poll, state=state, last_error=f"why {name}"))


def test_feeds_come_the_worst_first_and_page_by_page(store):
    names = {
        "b fine": FeedState.OK,
        "a fine": FeedState.UNCHANGED,
        "silent": FeedState.SILENT,
        "failing": FeedState.FAILING,
        "paused": FeedState.FAILING,
    }
    for name, state in names.items():
        store.feeds.add(replace(with_state(name, state), paused=name == "paused"))
    first = store.dashboard.feed_histories(2)
    assert [history.name for history in first] == ["failing", "silent"]
    rest = store.dashboard.feed_histories(2, after=first[-1].place)
    assert [history.name for history in rest] == ["a fine", "b fine"]
    assert (first[0].state, first[0].why) == (FeedState.FAILING, "why failing")
    assert store.dashboard.feed_histories(2, after=rest[-1].place) == []


def test_a_feed_has_its_strip_and_its_address_where_it_has_no_title(store):
    keep(store, an_article("a"))
    store.feeds.add(a_feed("two"))
    store.commit([a_poll(a_feed(), at=NOW)])
    unread, read = store.dashboard.feed_histories(5)
    assert (unread.strip, unread.name) == (None, a_feed("two").url)
    assert read.strip is not None
    assert read.strip.hours(NOW, 1) == [StripHour(read=True)]
