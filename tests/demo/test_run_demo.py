"""The demo: what it shows is what happened."""

from __future__ import annotations

from email import message_from_bytes
from pathlib import Path

import pytest

from monitor.demo.run_demo import DemoResult, run_demo
from monitor.domain.alerts import Outcome
from monitor.domain.feeds import FeedState


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> DemoResult:
    return run_demo(tmp_path_factory.mktemp("demo"))


def test_it_succeeds(result):
    assert result.succeeded


def test_the_first_poll_alerts_nobody_and_the_second_does(result):
    assert sum(len(poll.alerts) for poll in result.first) == 0
    assert all(article.backlog for poll in result.first for article in poll.articles)
    assert sum(len(poll.alerts) for poll in result.second) == len(result.attempts) > 0
    assert {attempt.outcome for attempt in result.attempts} == {Outcome.SENT}


def test_broken_and_unchanged_feeds_have_different_states(result):
    states = {poll.state.state for poll in result.second}
    assert {FeedState.OK, FeedState.UNCHANGED, FeedState.FAILING} <= states


def test_most_of_what_is_read_is_not_flagged(result):
    articles = [article for poll in (*result.first, *result.second) for article in poll.articles]
    flagged = [article for article in articles if article.decision.relevant]
    assert len(articles) >= 60
    assert 5 <= len(flagged) <= len(articles) / 2


def test_every_webhook_call_is_signed_and_every_mail_has_a_subject(result):
    assert result.received
    assert all(call.genuine for call in result.received)
    subjects = [message_from_bytes(mail.read_bytes())["Subject"] for mail in result.mails]
    assert subjects
    assert all(subjects)


def test_every_flagged_article_has_terms_and_themes(result):
    for article in result.flagged:
        assert article.decision.terms
        assert article.decision.labels


def test_a_second_run_flags_the_same_articles(result, tmp_path: Path):
    again = run_demo(tmp_path)
    assert [a.entry.title for a in again.flagged] == [a.entry.title for a in result.flagged]
