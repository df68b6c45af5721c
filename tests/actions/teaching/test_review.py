"""Review: what an answer changes, whoever answered before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.access.caller import local_caller
from monitor.actions.teaching.marks import MarkRequest, mark_article
from monitor.actions.teaching.review import (
    ReviewAnswer,
    Reviewed,
    ReviewResult,
    answer_review,
    list_review,
)
from monitor.domain.alerts import PollResult
from monitor.domain.errors import ConfigError
from monitor.domain.tiers import Tier
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.fakes import NOW, doubtful, entry, feed

THEMES = ("labour", "troops")


@pytest.fixture
def in_doubt(store: Store) -> Store:
    """The usual articles, and two in review."""
    articles = (
        doubtful("dddddddd", entry=entry("A letter"), seen_at=NOW - timedelta(hours=1)),
        doubtful("eeeeeeee", entry=entry("A wreath"), seen_at=NOW),
        doubtful("ffffffff", entry=entry("An old one"), backlog=True),
    )
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=articles)])
    return store


def answer(store: Store, *, relevant: bool, by: str = "Ana", key: str = "dddddd") -> Reviewed:
    return answer_review(
        store,
        ReviewAnswer(article=key, relevant=relevant),
        local_caller(by, NOW),
        NOW,
        topic_themes=THEMES,
        grouping=None,
    )


def test_the_list_names_what_a_person_needs(in_doubt: Store) -> None:
    first, second = list_review(in_doubt, NOW)
    assert (first.article.key, second.article.key) == ("eeeeeeee", "dddddddd")
    listed = second.as_json()
    assert (listed["title"], listed["feed_title"]) == ("A letter", "Harbour Wire")
    assert (listed["score"], listed["review_threshold"], listed["threshold"]) == (0.3, 0.15, 0.5)
    assert len(list_review(in_doubt, NOW)) == 2


def test_a_confirmation_alerts_is_a_mark_and_is_audited(in_doubt: Store) -> None:
    reviewed = answer(in_doubt, relevant=True)
    assert (reviewed.result, reviewed.alerts) == (ReviewResult.CONFIRMED, 1)
    assert reviewed.sentence == "Confirmed: 1 alert follows."
    assert reviewed.as_json()["tier"] == Tier.ALERT
    assert [row.article.key for row in list_review(in_doubt, NOW)] == ["eeeeeeee"]
    (mark,) = in_doubt.marks.of_articles(["dddddddd"])["dddddddd"]
    assert (mark.relevant, mark.by) == (True, "Ana")
    (logged,) = in_doubt.audit_log.list(AuditFilter(), 10)
    assert (logged.act, logged.target, logged.caller) == ("confirm article", "dddddddd", "Ana")


def test_a_rejection_alerts_nobody(in_doubt: Store) -> None:
    reviewed = answer(in_doubt, relevant=False)
    assert (reviewed.result, reviewed.alerts) == (ReviewResult.REJECTED, 0)
    assert in_doubt.outbox.list() == []
    assert len(list_review(in_doubt, NOW)) == 1


def test_who_confirms_after_a_rejection_alerts(in_doubt: Store) -> None:
    answer(in_doubt, relevant=False)
    reviewed = answer(in_doubt, relevant=True, by="Ben")
    assert reviewed.result is ReviewResult.CONFIRMED
    assert len(in_doubt.outbox.list()) == 1


def test_who_confirms_again_alerts_nobody_again(in_doubt: Store) -> None:
    answer(in_doubt, relevant=True)
    reviewed = answer(in_doubt, relevant=True, by="Ben")
    assert reviewed.result is ReviewResult.ALREADY_CONFIRMED
    assert reviewed.sentence.startswith("Ana has confirmed it already")
    assert len(in_doubt.outbox.list()) == 1


def test_who_rejects_after_a_confirmation_makes_it_contested(in_doubt: Store) -> None:
    answer(in_doubt, relevant=True)
    reviewed = answer(in_doubt, relevant=False, by="Ben")
    assert reviewed.result is ReviewResult.CONTESTED
    assert "Ana has confirmed it, and alerts can't be taken back" in reviewed.sentence
    stored = in_doubt.articles.find("dddddddd")
    assert stored is not None
    assert stored.decision.relevant
    assert len(in_doubt.marks.of_articles(["dddddddd"])["dddddddd"]) == 2


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("aaaaaa", "it is flagged already"),
        ("cccccc", "its score is 0.10"),
        ("ffffff", "there before its feed was watched"),
        ("unknown!", "`monitor review list` shows keys"),
    ],
)
def test_other_articles_are_not_answered(in_doubt: Store, key: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        answer(in_doubt, relevant=True, key=key)


def test_themes_are_those_of_the_topic(in_doubt: Store) -> None:
    with pytest.raises(ConfigError, match="no such theme: rain"):
        answer_review(
            in_doubt,
            ReviewAnswer(article="dddddd", relevant=True, themes=("rain",)),
            local_caller("Ana", NOW),
            NOW,
            topic_themes=THEMES,
            grouping=None,
        )


def test_an_article_that_was_marked_elsewhere_waits_no_more(in_doubt: Store) -> None:
    request = MarkRequest(article="dddddd", relevant=True, by="Ana")
    mark_article(in_doubt, request, NOW, topic_themes=THEMES)
    assert len(list_review(in_doubt, NOW)) == 1
