"""Recent articles are found by like wording, within three days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.classify.memory import recent_articles
from monitor.classify.memory.recent_articles import RecentArticle, RecentArticles
from monitor.classify.packs import pack
from monitor.domain.feeds import Entry
from monitor.domain.judged.similar_articles import SPAN
from tests.classify import toy_topic

AT = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)
KILLED = Entry(title="Wolf kills seven sheep near the mill")
LIKE = Entry(title="Wolf kills nine sheep near the river mill")
OTHER = Entry(title="Court decides about fences")


@pytest.fixture(scope="module")
def vectoriser(tmp_path_factory):
    folder = toy_topic.make(tmp_path_factory.mktemp("topic") / "wolves")
    return pack.load_pack(folder).model.vectoriser


def article(key: str, at: datetime = AT) -> RecentArticle:
    return RecentArticle(key=key, copy_key=key, origin=key, at=at, score=0.9)


@pytest.fixture
def recent(vectoriser) -> RecentArticles:
    index = RecentArticles(vectoriser)
    index.add(article("killed"), KILLED)
    index.add(article("other"), OTHER)
    return index


def keys(index: RecentArticles, entry: Entry, at: datetime = AT) -> list[str]:
    return [neighbour.article.key for neighbour in index.neighbours(entry, at)]


def test_an_article_with_like_wording_is_found_and_another_one_is_not(recent):
    assert keys(recent, LIKE) == ["killed"]


def test_the_same_text_has_a_cosine_of_one_and_comes_first(recent):
    recent.add(article("like"), LIKE)
    first, second = recent.neighbours(KILLED, AT)
    assert (first.article.key, second.article.key) == ("killed", "like")
    assert first.cosine == pytest.approx(1.0)


def test_a_text_without_a_known_word_is_like_nothing(recent):
    assert keys(recent, Entry(title="♜♞")) == []
    recent.add(article("none"), Entry(title="♜♞"))
    assert keys(recent, LIKE) == ["killed"]


@pytest.mark.parametrize("hours", [-73, 73])
def test_articles_more_than_three_days_apart_are_no_neighbours(recent, hours):
    assert keys(recent, LIKE, AT + timedelta(hours=hours)) == []


def test_old_articles_are_forgotten(recent):
    recent.forget_before(AT + SPAN)
    assert len(recent) == 0
    assert keys(recent, LIKE) == []


def test_of_too_many_the_first_is_dropped(recent, monkeypatch):
    monkeypatch.setattr(recent_articles, "MOST_ARTICLES", 2)
    recent.add(article("like"), LIKE)
    assert len(recent) == 2
    assert keys(recent, KILLED) == ["like"]
