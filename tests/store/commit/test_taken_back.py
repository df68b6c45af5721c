"""A person's "no" after the second reader's "yes" takes back what can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.access.caller import local_caller
from monitor.actions.teaching.review import ReviewAnswer, Reviewed, ReviewResult, answer_review
from monitor.domain.alerts import PollResult
from monitor.domain.articles import DecisionReason, Mark
from monitor.domain.review.second_reading import second_reader
from monitor.domain.tiers import Tier
from monitor.pipeline.grouping.story_grouping import StoryGrouping
from monitor.pipeline.review.confirmation_stages import confirmation_stages
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.commit.confirmations import ConfirmationRequest
from monitor.store.store import Store
from tests.fakes import NOW, doubtful, entry, feed, subscription
from tests.grouped import FIRST, SECOND, grouping, titles

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def stage() -> StoryGrouping:
    return grouping()


@pytest.fixture
def confirmed(store: Store, stage: StoryGrouping) -> Store:
    """Two articles in review, of which the second reader has confirmed the first."""
    store.feeds.add_all([feed("f")])
    store.subscriptions.add(subscription("s"))
    articles = (doubtful("aaaa", entry=entry(FIRST)), doubtful("bbbb", entry=entry(SECOND)))
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=articles)])
    confirm(store, stage, "aaaa")
    return store


def confirm(store: Store, stage: StoryGrouping, key: str) -> None:
    article = store.articles.find(key)
    assert article is not None
    request = ConfirmationRequest(article_key=key, by=second_reader("qwen3"), at=NOW)
    store.confirm(request, confirmation_stages(article, NOW, store, stage))


def answer(store: Store, *, relevant: bool, by: str = "Ana", stage=None) -> Reviewed:
    return answer_review(
        store,
        ReviewAnswer(article="aaaa", relevant=relevant),
        local_caller(by, LATER),
        LATER,
        topic_themes=("labour", "troops"),
        grouping=stage,
    )


def test_the_article_is_decided_by_its_score_again_and_the_alert_is_withdrawn(confirmed: Store):
    reviewed = answer(confirmed, relevant=False)
    assert (reviewed.result, reviewed.withdrawn) == (ReviewResult.TAKEN_BACK, 1)
    assert reviewed.sentence == (
        "The second reader's answer is taken back: the article is not relevant, and left its"
        " story; 1 alert that was not sent yet is withdrawn."
    )
    stored = confirmed.articles.find("aaaa")
    assert stored is not None
    assert (stored.decision.reason, stored.decision.tier) == (DecisionReason.BELOW, Tier.REVIEW)
    assert (stored.decision.confirmed_by, stored.decision.relevant) == ("", False)
    assert confirmed.outbox.list() == []
    (mark,) = confirmed.marks.of_articles(["aaaa"])["aaaa"]
    assert (mark.relevant, mark.by) == (False, "Ana")
    (logged,) = confirmed.audit_log.list(AuditFilter(), 10)
    assert (logged.act, logged.target) == ("take back confirmation", "aaaa")


def test_a_mark_for_another_topic_keeps_no_confirmation_for_this_one(confirmed: Store):
    confirmed.marks.add(
        Mark(article_key="aaaa", topic="cables", relevant=True, marked_at=NOW, by="Ben")
    )
    assert answer(confirmed, relevant=False).result is ReviewResult.TAKEN_BACK


def test_who_confirms_it_afterwards_alerts(confirmed: Store, stage: StoryGrouping):
    answer(confirmed, relevant=False)
    reviewed = answer(confirmed, relevant=True, by="Ben", stage=stage)
    assert (reviewed.result, reviewed.alerts) == (ReviewResult.CONFIRMED, 1)
    assert titles(confirmed) == [(FIRST, 1)]


def test_an_alert_that_a_process_has_claimed_stays_and_is_listed(confirmed: Store):
    confirmed.outbox.claim(
        LATER, limit=9, per_subscription=9, lease=timedelta(minutes=1), exclude=()
    )
    reviewed = answer(confirmed, relevant=False)
    assert reviewed.withdrawn == 0
    (standing,) = reviewed.standing
    assert standing.subscription == "name of s"
    assert f"alerts that can't be taken back: to name of s ({standing.key[:8]})" in (
        reviewed.sentence
    )
    assert reviewed.as_json()["standing"] == [
        {"alert": standing.key, "subscription": "name of s", "state": "pending"}
    ]
    assert len(confirmed.outbox.list()) == 1


def test_what_a_person_has_confirmed_too_is_contested(confirmed: Store):
    assert answer(confirmed, relevant=True).result is ReviewResult.ALREADY_CONFIRMED
    assert answer(confirmed, relevant=False, by="Ben").result is ReviewResult.CONTESTED
    stored = confirmed.articles.find("aaaa")
    assert stored is not None
    assert stored.decision.relevant


def test_the_article_leaves_its_story_also_in_the_memory_of_a_running_service(
    confirmed: Store, stage: StoryGrouping
):
    assert titles(confirmed) == [(FIRST, 1)]
    answer(confirmed, relevant=False)
    assert titles(confirmed) == []
    confirm(confirmed, stage, "bbbb")
    assert titles(confirmed) == [(SECOND, 1)]
