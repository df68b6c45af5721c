"""The demo, played: what it shows is what happened."""

from __future__ import annotations

from email import message_from_bytes
from pathlib import Path

import pytest

from monitor.demo.play import Play, play
from monitor.domain.alerts import Outcome
from monitor.domain.feeds import FeedState


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Play:
    return play(tmp_path_factory.mktemp("demo"))


def test_it_ends_as_it_should(played):
    assert played.succeeded


def test_the_first_poll_alerts_nobody_and_the_second_does(played):
    assert sum(len(one.alerts) for one in played.first) == 0
    assert all(article.backlog for one in played.first for article in one.articles)
    assert sum(len(one.alerts) for one in played.second) == len(played.attempts) > 0
    assert {attempt.outcome for attempt in played.attempts} == {Outcome.SENT}


def test_a_broken_and_an_unchanged_feed_are_told_apart(played):
    states = {one.state.state for one in played.second}
    assert {FeedState.OK, FeedState.UNCHANGED, FeedState.FAILING} <= states


def test_most_of_what_is_read_is_not_flagged(played):
    articles = [article for one in (*played.first, *played.second) for article in one.articles]
    flagged = [article for article in articles if article.decision.relevant]
    assert len(articles) >= 60
    assert 5 <= len(flagged) <= len(articles) / 2


def test_every_webhook_call_was_genuine_and_every_mail_is_one(played):
    assert played.received
    assert all(call.genuine for call in played.received)
    subjects = [message_from_bytes(letter.read_bytes())["Subject"] for letter in played.letters]
    assert subjects
    assert all(subjects)


def test_every_flagged_article_says_why(played):
    for article in played.flagged:
        assert article.decision.terms
        assert article.decision.labels


def test_a_second_folder_gives_the_same_story(played, tmp_path: Path):
    again = play(tmp_path)
    assert [a.entry.title for a in again.flagged] == [a.entry.title for a in played.flagged]
