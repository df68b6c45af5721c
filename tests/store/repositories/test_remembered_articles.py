"""What the memory reads: articles that pass the gate, as they were committed."""

from __future__ import annotations

from datetime import timedelta

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article
from monitor.store.store import Store
from tests.fakes import NOW, article, decision, entry, feed

SINCE = NOW - timedelta(hours=72)


def scored(key: str, **changes: object) -> Article:
    stored = decision(own_score=0.7, pack="test@000000000000")
    return article(key, **({"decision": stored} | changes))


def store_articles(store: Store, *articles: Article) -> None:
    store.feeds.add_all([feed()])
    store.commit([PollResult(feed_key="f", state=feed().poll, articles=articles)])


def newest(store: Store, *, after: int = 0, topic: str = "test", limit: int = 10):
    return store.remembered.newest(since=SINCE, after=after, topic=topic, limit=limit)


def test_only_articles_that_pass_the_gate_are_read_with_their_own_score(store: Store):
    store_articles(store, scored("a"), article("b"))
    (remembered,) = newest(store)
    assert (remembered.key, remembered.score, remembered.feed_key) == ("a", 0.7, "f")
    assert remembered.origin is None
    assert remembered.entry.title == entry().title


def test_those_that_were_read_before_are_not_read_again(store: Store):
    store_articles(store, scored("a"), scored("b"))
    first, second = newest(store)
    assert newest(store, after=first.number) == [second]
    assert newest(store, after=second.number) == []


def test_of_too_many_the_newest_are_read_the_oldest_of_them_first(store: Store):
    store_articles(store, scored("a"), scored("b"), scored("c"))
    assert newest(store, limit=2) == newest(store)[1:]


def test_articles_of_another_topic_or_from_before_are_left_out(store: Store):
    store_articles(store, scored("a"), scored("b", seen_at=SINCE - timedelta(hours=1)))
    assert [remembered.key for remembered in newest(store)] == ["a"]
    assert newest(store, topic="tes") == []


def test_each_topic_has_its_own_scores_whichever_leads(store: Store):
    led_by_test = decision(own_score=0.7, pack="test@000000000000")
    beside = decision(own_score=0.2, pack="cables@000000000000")
    outside = decision(own_score=None, pack="cables@000000000000")
    store_articles(
        store,
        scored("a", decision=led_by_test, other_decisions=(beside,)),
        scored("b", decision=beside, other_decisions=(led_by_test,)),
        scored("c", decision=led_by_test, other_decisions=(outside,)),
        scored("d", decision=outside, other_decisions=(led_by_test,)),
    )

    def scores(topic: str) -> dict[str, float]:
        return {item.key: item.score for item in newest(store, topic=topic)}

    assert scores("test") == dict.fromkeys("abcd", 0.7)
    assert scores("cables") == dict.fromkeys("ab", 0.2)
    last = newest(store)[1].number
    assert [item.key for item in newest(store, after=last)] == ["c", "d"]
    assert [item.key for item in newest(store, limit=2)] == ["c", "d"]


def test_an_article_is_dated_when_it_was_published_and_not_later_than_seen(store: Store):
    early, late = NOW - timedelta(hours=5), NOW + timedelta(hours=5)
    store_articles(
        store,
        scored("a", entry=entry(published_at=early)),
        scored("b", entry=entry(published_at=late)),
        scored("c"),
    )
    assert {item.key: item.at for item in newest(store)} == {"a": early, "b": NOW, "c": NOW}
