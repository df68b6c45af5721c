"""What people say of articles is kept, replaced and found again."""

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
    plain = {"article_key": article.key, "relevant": True, "marked_at": NOW}
    return Mark(**{**plain, **changes})


def kept(store: Store, *articles: Article) -> None:
    feed = a_feed()
    store.feeds.add(feed)
    store.commit([a_poll(feed, *articles)])


def scored(name: str, score: float, **changes: object) -> Article:
    return an_article(name, decision=a_decision(score=score), **changes)


def test_a_mark_comes_back_whole_with_its_article(store: Store) -> None:
    article = an_article()
    kept(store, article)
    mark = a_mark(article, themes=("troops", "arms"), by="Ünal 'x'")
    assert store.marks.add(mark)
    assert store.marks.list() == [(mark, article)]
    assert store.marks.by_keys([article.key, "f" * 32]) == {article.key: mark}


def test_a_later_mark_replaces_the_earlier(store: Store) -> None:
    article = an_article()
    kept(store, article)
    store.marks.add(a_mark(article, themes=("troops",)))
    later = a_mark(article, relevant=False, marked_at=NOW + MINUTE)
    assert store.marks.add(later)
    assert store.marks.list() == [(later, article)]


def test_an_article_that_is_not_there_takes_no_mark(store: Store) -> None:
    assert not store.marks.add(a_mark(an_article()))
    assert store.marks.list() == []
    assert store.marks.by_keys([an_article().key]) == {}


def test_marks_come_newest_first(store: Store) -> None:
    articles = [an_article(name) for name in ("one", "two", "three")]
    kept(store, *articles)
    for minute, article in enumerate(articles):
        store.marks.add(a_mark(article, marked_at=NOW + minute * MINUTE))
    assert [article for _, article in store.marks.list()] == articles[::-1]


def test_a_marked_article_is_not_thrown_away(store: Store) -> None:
    article = an_article()
    kept(store, article)
    store.marks.add(a_mark(article))
    with pytest.raises(StoreError):
        store._database.write(lambda connection: connection.execute(delete(tables.articles)))
    assert store.articles.find(article.key) == article


class TestWhatToAskAbout:
    def test_nearest_the_threshold_comes_first(self, store: Store) -> None:
        far, over, under = scored("far", 0.9), scored("over", 0.52), scored("under", 0.49)
        kept(store, far, over, under)
        assert store.marks.nearest_to_threshold(since=NOW - DAY, limit=5) == [under, over, far]
        assert store.marks.nearest_to_threshold(since=NOW - DAY, limit=1) == [under]

    def test_deep_below_means_under_half_of_the_threshold(self, store: Store) -> None:
        deep, shallow = scored("deep", 0.24), scored("shallow", 0.26)
        kept(store, deep, shallow)
        assert store.marks.far_below_threshold(since=NOW - DAY) == [deep.key]

    def test_nobody_is_asked_twice_or_about_the_past(self, store: Store) -> None:
        marked, old = scored("marked", 0.1), scored("old", 0.1, seen_at=NOW - 2 * DAY)
        kept(store, marked, old)
        store.marks.add(a_mark(marked))
        assert store.marks.nearest_to_threshold(since=NOW - DAY, limit=5) == []
        assert store.marks.far_below_threshold(since=NOW - DAY) == []
