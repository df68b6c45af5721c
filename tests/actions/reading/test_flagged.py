"""Tests of the queue of flagged articles, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.actions.reading.flagged import (
    QueueRequest,
    QueueView,
    flagged_queue,
    newer_than,
    queue_facets,
    queue_size,
)
from monitor.domain.alerts import PollResult
from monitor.domain.articles import Mark
from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from tests.fakes import NOW, article, decision, entry, feed


def keys(store: Store, **options: object) -> list[str]:
    request = QueueRequest(**options)  # type: ignore[arg-type] # the caller knows the fields
    page = flagged_queue(store, request, NOW)
    return [queued.listed.article.key for queued in page.articles]


@pytest.fixture
def filled(empty_store: Store) -> Store:
    """Three flagged articles (one marked), one just below the line, and one far below it."""
    empty_store.feeds.add_all([feed("f")])
    below = decision(relevant=False, score=0.48, threshold=0.5)
    far = decision(relevant=False, score=0.1, threshold=0.5)
    articles = [
        article(key, entry=entry(f"Article {key}", language=language),
                seen_at=NOW + timedelta(minutes=minute), decision=outcome)
        for minute, (key, language, outcome) in enumerate(
            [("a", "en", decision()), ("b", "ko", decision(labels=("arms",))),
             ("c", "en", decision()), ("d", "en", below), ("e", "en", far)]
        )
    ]  # fmt: skip
    empty_store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=tuple(articles))])
    empty_store.marks.add(Mark(article_key="c", relevant=False, marked_at=NOW, by="Ada"))
    return empty_store


def test_each_view_has_its_articles_and_every_view_its_count(filled: Store) -> None:
    assert keys(filled) == ["b", "a"]
    assert keys(filled, view=QueueView.ALL) == ["c", "b", "a"]
    assert keys(filled, view=QueueView.NEAR) == ["d"]
    sizes = {view: queue_size(filled, QueueRequest(view=view), NOW) for view in QueueView}
    assert sizes == {QueueView.UNMARKED: 2, QueueView.ALL: 3, QueueView.NEAR: 1}
    facets = queue_facets(filled, QueueRequest(), NOW)
    assert (facets.total, facets.languages) == (2, {"en": 1, "ko": 1})


def test_a_question_with_or_narrows_the_view_as_a_whole(filled: Store) -> None:
    assert keys(filled, question="lang:ko OR lang:en") == ["b", "a"]
    assert keys(filled, question="theme:arms") == ["b"]


def test_pages_have_every_article_once_although_news_arrives_between_them(filled: Store) -> None:
    request = QueueRequest(view=QueueView.ALL, limit=2)
    first = flagged_queue(filled, request, NOW)
    late = article("z", seen_at=NOW + timedelta(hours=1))
    filled.commit([PollResult(feed_key="f", state=feed("f").poll, articles=(late,))])
    assert newer_than(filled, request, "c", NOW) == 1
    after = first.next or ""
    assert keys(filled, view=QueueView.ALL, limit=2, after=after) == ["a"]
    with pytest.raises(ConfigError, match="no cursor of this question"):
        keys(filled, view=QueueView.UNMARKED, after=after)


def test_a_flagged_copy_of_a_rejected_text_is_not_hidden(filled: Store) -> None:
    copy = article("f", copy_key="copy-e", seen_at=NOW + timedelta(hours=1))
    filled.commit([PollResult(feed_key="f", state=feed("f").poll, articles=(copy,))])
    assert keys(filled)[0] == "f"
