"""Confirmation of an article in review: the mark, the decision and the alerts, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerts import match
from monitor.domain.alerts import PollResult
from monitor.domain.articles import DecisionReason, Mark
from monitor.search.grammar import parse
from monitor.store.commit.confirmations import ConfirmationRequest
from monitor.store.commit.polls import LookUps, as_they_are
from monitor.store.store import Store
from tests.fakes import NOW, doubtful, feed, subscription

MARK = Mark(article_key="a", relevant=True, themes=("troops",), marked_at=NOW, by="Ana")


def request_of(mark: Mark) -> ConfirmationRequest:
    return ConfirmationRequest(
        article_key=mark.article_key,
        by=mark.by,
        at=mark.marked_at,
        themes=mark.themes,
        mark=mark,
        act=f"act of {mark.by}",
    )


REQUEST = request_of(MARK)


@pytest.fixture
def filled(store: Store) -> Store:
    """A database with an article in review and a subscription."""
    store.feeds.add_all([feed("f")])
    store.subscriptions.add(subscription("s"))
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=(doubtful("a"),))])
    return store


def with_alerts(polls: Sequence[PollResult], _look_ups: LookUps) -> list[PollResult]:
    later = NOW + timedelta(hours=2)
    return [
        replace(poll, alerts=match.alerts(poll.edited, [subscription("s")], at=later))
        for poll in polls
    ]


def test_a_confirmed_article_is_relevant_marked_and_alerted(filled: Store) -> None:
    confirmation = filled.confirm(REQUEST, with_alerts)
    assert confirmation is not None
    assert confirmation.is_new
    stored = filled.articles.find("a")
    assert stored == confirmation.article
    assert stored.decision.relevant
    assert stored.decision.reason is DecisionReason.CONFIRMED
    assert (stored.decision.labels, stored.decision.confirmed_by) == (("troops",), "Ana")
    assert filled.marks.of_articles(["a"]) == {"a": (replace(MARK, topic="test"),)}
    (alert,) = filled.outbox.list()
    assert (alert.article_keys, alert.created_at) == (("a",), NOW + timedelta(hours=2))
    assert confirmation.alerts == (alert,)


def test_a_confirmed_article_moves_to_the_queue_of_flagged_ones(filled: Store) -> None:
    def found(question: str) -> int:
        return len(filled.search.find(parse(question, NOW), limit=5).articles)

    assert (found("is:review"), found("is:flagged")) == (1, 0)
    filled.confirm(REQUEST, as_they_are)
    assert (found("is:review"), found("is:flagged")) == (0, 1)


def test_a_second_confirmation_is_a_mark_and_alerts_nobody(filled: Store) -> None:
    filled.confirm(REQUEST, with_alerts)
    again = filled.confirm(request_of(replace(MARK, by="Ben")), with_alerts)
    assert again is not None
    assert (again.is_new, again.alerts) == (False, ())
    assert again.article.decision.confirmed_by == "Ana"
    assert len(filled.marks.of_articles(["a"])["a"]) == 2
    assert len(filled.outbox.list()) == 1


def test_nothing_is_stored_when_the_alerts_can_not_be_made(filled: Store) -> None:
    def fail(polls: Sequence[PollResult], _look_ups: LookUps) -> list[PollResult]:
        raise ValueError("the stories are locked")

    with pytest.raises(ValueError, match="locked"):
        filled.confirm(REQUEST, fail)
    assert filled.articles.find("a") == doubtful("a")
    assert filled.marks.of_articles(["a"]) == {}


def test_an_unknown_article_is_not_confirmed(filled: Store) -> None:
    assert filled.confirm(replace(REQUEST, article_key="x"), as_they_are) is None
    assert filled.marks.list() == []
