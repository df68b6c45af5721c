"""Marks are stored, replaced and listed; articles to ask about next are chosen by score."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete

from monitor.domain.articles import Article, Mark
from monitor.domain.errors import StoreError
from monitor.store.schema import tables
from monitor.store.store import Store
from tests.store.builders import MINUTE, NOW, a_decision, a_feed, a_poll, an_article

DAY = timedelta(days=1)


def a_mark(article: Article, **changes: object) -> Mark:
    defaults = {
        "article_key": article.key,
        "topic": article.decision.topic,
        "relevant": True,
        "marked_at": NOW,
    }
    return Mark(**{**defaults, **changes})


def store_articles(store: Store, *articles: Article) -> None:
    feed = a_feed()
    store.feeds.add(feed)
    store.commit([a_poll(feed, *articles)])


def scored(name: str, score: float, **changes: object) -> Article:
    return an_article(name, decision=a_decision(score=score), **changes)


def test_a_mark_comes_back_whole_with_its_article(store: Store) -> None:
    article = an_article()
    store_articles(store, article)
    mark = a_mark(article, themes=("troops", "arms"), by="Ünal 'x'")
    assert store.marks.add(mark)
    assert store.marks.list() == [(mark, article)]


def test_a_later_mark_replaces_the_earlier(store: Store) -> None:
    article = an_article()
    store_articles(store, article)
    store.marks.add(a_mark(article, themes=("troops",)))
    later = a_mark(article, relevant=False, marked_at=NOW + MINUTE)
    assert store.marks.add(later)
    assert store.marks.list() == [(later, article)]


def test_an_unknown_article_takes_no_mark(store: Store) -> None:
    assert not store.marks.add(a_mark(an_article()))
    assert store.marks.list() == []


def test_marks_come_newest_first(store: Store) -> None:
    articles = [an_article(name) for name in ("one", "two", "three")]
    store_articles(store, *articles)
    for minute, article in enumerate(articles):
        store.marks.add(a_mark(article, marked_at=NOW + minute * MINUTE))
    assert [article for _, article in store.marks.list()] == articles[::-1]


def test_a_marked_article_cannot_be_deleted(store: Store) -> None:
    article = an_article()
    store_articles(store, article)
    store.marks.add(a_mark(article))
    with pytest.raises(StoreError):
        store._database.write(lambda connection: connection.execute(delete(tables.articles)))
    assert store.articles.find(article.key) == article


def sampled(store: Store, start: str = "", limit: int = 50) -> list[Article]:
    return store.marks.sample_far_below(since=NOW - DAY, start=start, limit=limit)


class TestArticlesToAskAbout:
    def test_nearest_the_threshold_comes_first(self, store: Store) -> None:
        far, over, under = scored("far", 0.9), scored("over", 0.52), scored("under", 0.49)
        store_articles(store, far, over, under)
        assert store.marks.nearest_to_threshold(since=NOW - DAY, limit=5) == [under, over, far]
        assert store.marks.nearest_to_threshold(since=NOW - DAY, limit=1) == [under]

    def test_far_below_means_under_half_of_the_threshold(self, store: Store) -> None:
        far_below, near = scored("far below", 0.24), scored("near", 0.26)
        store_articles(store, far_below, near)
        assert sampled(store) == [far_below]

    def test_marked_and_old_articles_are_left_out(self, store: Store) -> None:
        marked, old = scored("marked", 0.1), scored("old", 0.1, seen_at=NOW - 2 * DAY)
        store_articles(store, marked, old)
        store.marks.add(a_mark(marked))
        assert store.marks.nearest_to_threshold(since=NOW - DAY, limit=5) == []
        assert sampled(store) == []

    def test_the_sample_begins_at_a_key_and_goes_on_at_the_lowest(self, store: Store) -> None:
        articles = sorted((scored(f"far {n}", 0.1) for n in range(6)), key=lambda each: each.key)
        store_articles(store, *articles)
        start = articles[4].key
        assert sampled(store, start=start) == [*articles[4:], *articles[:4]]
        assert sampled(store, start=start, limit=3) == [*articles[4:], articles[0]]


def test_each_person_has_a_mark_of_their_own(store: Store) -> None:
    article = an_article()
    store_articles(store, article)
    ada = a_mark(article, by="Ada", note="in Seoul")
    mina = a_mark(article, by="Mina", relevant=False, marked_at=NOW + MINUTE)
    store.marks.add(ada)
    store.marks.add(mina)
    assert store.marks.of_articles([article.key]) == {article.key: (mina, ada)}
    assert store.marks.settled() == []
    agreed = a_mark(article, by="Mina", marked_at=NOW + 2 * MINUTE)
    store.marks.add(agreed)
    assert store.marks.settled() == [(agreed, article)]


def test_an_undo_brings_back_what_was_before_and_is_kept_in_the_history(store: Store) -> None:
    articles = [an_article(name) for name in ("one", "two")]
    store_articles(store, *articles)
    first = a_mark(articles[0], by="Ada")
    store.marks.set_all([first], "act-1")
    both = [a_mark(article, by="Ada", relevant=False) for article in articles]
    assert len(store.marks.set_all(both, "act-2")) == 2
    undone = store.marks.undo_last("Ada", "act-3", NOW + MINUTE, since=NOW - DAY)
    assert {change.undoes for change in undone} == {"act-2"}
    assert store.marks.list() == [(first, articles[0])]
    history = store.marks.history(articles[0].key)
    assert [(change.act, change.undoes) for change in history] == [
        ("act-1", ""),
        ("act-2", ""),
        ("act-3", "act-2"),
    ]
    assert history[1].before == first
    assert history[2].after == first


def test_every_change_of_a_mark_is_seen_by_the_number_of_the_last_change(store: Store) -> None:
    article = an_article()
    store_articles(store, article)
    numbers = [store.marks.last_change()]
    assert numbers == [0]
    store.marks.set_all([a_mark(article, by="Ada")], "act-1")
    numbers.append(store.marks.last_change())
    store.marks.undo_last("Ada", "act-2", NOW, since=NOW - DAY)
    numbers.append(store.marks.last_change())
    assert numbers == sorted(set(numbers))


def test_an_undo_leaves_the_marks_of_others_and_old_ones(store: Store) -> None:
    article = an_article()
    store_articles(store, article)
    store.marks.set_all([a_mark(article, by="Ada")], "act-1")
    assert store.marks.undo_last("Mina", "act-2", NOW, since=NOW - DAY) == []
    assert store.marks.undo_last("Ada", "act-2", NOW + 2 * DAY, since=NOW + DAY) == []
    assert len(store.marks.list()) == 1


def test_marks_on_articles_that_are_gone_are_left_out_of_an_act(store: Store) -> None:
    article = an_article()
    store_articles(store, article)
    marks = [a_mark(article, by="Ada"), a_mark(an_article("gone"), by="Ada")]
    assert [change.article_key for change in store.marks.set_all(marks, "act-1")] == [article.key]


def test_a_mark_that_is_taken_away_comes_back_by_the_undo(store: Store) -> None:
    article = an_article()
    store_articles(store, article)
    mine, theirs = a_mark(article, by="Ada"), a_mark(article, by="Bo", relevant=False)
    store.marks.set_all([mine, theirs], "first")
    change = store.marks.remove(article.key, "Ada", "second", NOW + MINUTE)
    assert change is not None
    assert (change.before, change.after) == (mine, None)
    assert store.marks.of_articles([article.key]) == {article.key: (theirs,)}
    assert store.marks.remove(article.key, "Ada", "third", NOW + MINUTE) is None
    store.marks.undo_last("Ada", "fourth", NOW + 2 * MINUTE, since=NOW)
    assert set(store.marks.of_articles([article.key])[article.key]) == {mine, theirs}


def test_a_person_has_a_mark_for_each_topic_and_without_one_it_is_for_the_leading(
    store: Store,
) -> None:
    article = an_article(decision=a_decision(pack="wolves@1"))
    store_articles(store, article)
    of_wolves = a_mark(article, topic="wolves")
    of_lynxes = a_mark(article, topic="lynxes", relevant=False, marked_at=NOW + MINUTE)
    store.marks.add(a_mark(article, topic=""))
    store.marks.add(of_lynxes)
    assert store.marks.of_articles([article.key]) == {article.key: (of_lynxes, of_wolves)}
    assert store.marks.of_articles([article.key], "wolves") == {article.key: (of_wolves,)}
    assert store.marks.settled("lynxes") == [(of_lynxes, article)]
    assert store.marks.settled_labels(NOW - DAY, NOW + DAY) == {article.key: True}
    change = store.marks.remove(article.key, "operator", "act", NOW, topic="wolves")
    assert change is not None
    assert change.before == of_wolves
    assert store.marks.of_articles([article.key]) == {article.key: (of_lynxes,)}
    (undone,) = store.marks.undo_last("operator", "undo", NOW + DAY, since=NOW - DAY)
    assert (undone.topic, undone.after) == ("wolves", of_wolves)
