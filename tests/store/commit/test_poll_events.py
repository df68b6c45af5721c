"""Events of polls are committed with what they tell, or not at all."""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.articles import DecisionReason
from monitor.store.store import Store
from tests.store.builders import NOW, a_decision, a_feed, a_poll, a_rejected_article, an_article
from tests.store.commit.test_confirmations import REQUEST, filled, with_alerts

__all__ = ["filled"]
FEED = a_feed()


def types(store: Store) -> list[str]:
    return [event.type.value for event in store.event_log.since(0, 100).events]


def test_an_article_that_an_edit_makes_relevant_is_told_once(store: Store) -> None:
    store.feeds.add(FEED)
    before = a_rejected_article("one", FEED)
    store.commit([a_poll(FEED, before)])
    edited = replace(before, edits=1, decision=a_decision(), edited_at=NOW)
    store.commit([a_poll(FEED, edited=(edited,))])
    again = replace(edited, edits=2)
    store.commit([a_poll(FEED, edited=(again,))])
    assert types(store) == ["feed.state_changed", "article.flagged"]


def test_a_confirmation_is_told_with_its_mark(filled: Store) -> None:
    filled.confirm(REQUEST, with_alerts)
    assert types(filled)[-2:] == ["article.marked", "article.flagged"]
    filled.confirm(REQUEST, with_alerts)
    assert types(filled)[-2:] == ["article.flagged", "article.marked"], "only marked again"


def test_an_article_that_stays_rejected_is_not_told(store: Store) -> None:
    store.feeds.add(FEED)
    weather = a_rejected_article("weather", FEED)
    store.commit([a_poll(FEED, weather)])
    decision = a_decision(relevant=False, reason=DecisionReason.BELOW, labels=())
    store.commit([a_poll(FEED, edited=(replace(weather, edits=1, decision=decision),))])
    assert types(store) == ["feed.state_changed"]


def test_a_poll_whose_claim_ended_tells_nothing(store: Store) -> None:
    store.feeds.add(FEED)
    store.commit([a_poll(FEED, an_article("one", FEED), token="lost")])
    assert types(store) == []
