"""The review list: doubtful articles without an answer, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article, DecisionReason, Mark
from monitor.store.store import Store
from tests.fakes import NOW, article, decision, doubtful, feed

DAY = timedelta(days=1)


def filled(store: Store, *articles: Article) -> None:
    store.feeds.add_all([feed("f")])
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=articles)])


def waiting(store: Store) -> list[str]:
    return [article_.key for article_ in store.review_list.list(since=NOW - DAY, limit=10)]


def test_doubtful_articles_wait_the_newest_first(store: Store) -> None:
    dropped = replace(doubtful("d").decision, reason=DecisionReason.DROPPED)
    filled(
        store,
        doubtful("a", 0.15),
        doubtful("b", 0.49, seen_at=NOW + timedelta(hours=1)),
        doubtful("low", 0.14),
        doubtful("old", seen_at=NOW - 2 * DAY),
        doubtful("backlog", backlog=True),
        doubtful("d", decision=dropped),
        article("flagged"),
        article("before-review", decision=decision(relevant=False, score=0.3)),
    )
    assert waiting(store) == ["b", "a"]


def test_the_list_of_a_topic_has_the_articles_that_it_leads(store: Store) -> None:
    packs = {"first": "topic@1", "second": "topic-2@1"}
    decided = {key: replace(doubtful(key).decision, pack=pack) for key, pack in packs.items()}
    filled(store, *[doubtful(key, decision=decided[key]) for key in packs])
    for topic, keys in (("topic", ["first"]), ("topic-2", ["second"]), ("other", [])):
        listed = store.review_list.list(since=NOW - DAY, limit=10, topic=topic)
        assert [waits.key for waits in listed] == keys


def test_an_answer_of_anybody_ends_the_wait(store: Store) -> None:
    filled(store, doubtful("a"), doubtful("b"))
    store.marks.add(Mark(article_key="b", relevant=False, marked_at=NOW, by="Ana"))
    assert waiting(store) == ["a"]


def test_copies_wait_once_and_a_flagged_copy_settles_them(store: Store) -> None:
    later = NOW + timedelta(hours=1)
    filled(
        store,
        doubtful("b", copy_key="same"),
        doubtful("a", copy_key="same", seen_at=later),
        doubtful("c", copy_key="known"),
        article("k", copy_key="known", seen_at=later),
    )
    assert waiting(store) == ["b"]
    store.marks.add(Mark(article_key="a", relevant=False, marked_at=NOW, by="Ana"))
    assert waiting(store) == []
