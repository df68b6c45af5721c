"""What a subscription would have been told, in a sentence and as JSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.actions.silences import SilenceRequest, add_silence
from monitor.actions.subscribing.subscription_preview import preview_subscription
from monitor.domain.alerts import About, PollResult
from monitor.store.store import Store
from tests.fakes import NOW, article, feed, subscription

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
WEEK = NOW - 7 * DAY
DESK = subscription("d", name="desk", feeds=frozenset({"g"}))


def with_articles(store: Store) -> None:
    stored = tuple(
        article(f"a{number}", feed_key="g", seen_at=NOW - number * DAY) for number in range(1, 4)
    )
    store.feeds.add(feed("g"))
    store.commit([PollResult(feed_key="g", state=feed("g").poll, articles=stored)])


def test_the_sentence_counts_what_is_told_and_what_silences_keep(store: Store):
    with_articles(store)
    request = SilenceRequest(reason="known", length=2 * DAY, feed_key="g")
    add_silence(store, request, NOW - DAY - HOUR)
    preview = preview_subscription(store, DESK, WEEK, NOW)
    assert preview.sentence == (
        "It would have been told twice in the last 7 days; silences would have kept 1 from it."
    )
    json = preview.as_json()
    assert (json["told"], json["silenced"], json["complete"]) == (2, 1, True)


def test_a_subscription_about_the_service_has_nothing_to_count(store: Store):
    about_service = replace(DESK, about=frozenset({About.SERVICE}))
    assert "not told of articles" in preview_subscription(store, about_service, WEEK, NOW).sentence
