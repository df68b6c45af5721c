"""Candidates for copies: which stored articles a new one is compared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from monitor.articles import copy_groups, fingerprints
from monitor.articles.copy_groups import MOST_AT_ADDRESS, CandidateIndex, ComparableArticle
from monitor.articles.wordings import Wording
from monitor.domain.articles import Article
from monitor.store.commit.copy_candidates import find_candidates, store_fingerprints
from monitor.store.schema.tables import prints
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed, a_poll, an_article

DAY = timedelta(days=1)
LEAD = (
    "The two countries agreed on the delivery of new machines for the mines in the north, the"
    " ministry said on Tuesday, and promised to build a bridge across the border river by autumn."
)
ONE, TWO = a_feed("one"), a_feed("two")


def a_story(name: str, feed=ONE, text: str = LEAD, **changes: object) -> Article:
    article = an_article(name, feed, **changes)
    return replace(article, entry=replace(article.entry, text=text))


def comparable(article: Article) -> ComparableArticle:
    """The article with its fingerprints, whatever its age."""
    item = copy_groups.comparable(article, may_join=True)
    (numbers,) = fingerprints.fingerprints([item.text])
    return replace(item, fingerprints=numbers)


@pytest.fixture
def remember(store: Store) -> Callable[..., None]:
    """Store articles with their fingerprints."""
    store.feeds.add_all([ONE, TWO])

    def stored(*articles: Article) -> None:
        for article in articles:
            store.commit([a_poll(ONE if article.feed_key == ONE.key else TWO, article)])
        numbers = {article.key: comparable(article).fingerprints for article in articles}
        database = store._database
        database.write(lambda link: store_fingerprints(database, link, articles, numbers))

    return stored


def candidates(store: Store, *articles: Article) -> CandidateIndex:
    new = [comparable(article) for article in articles]
    database = store._database
    return database.write(lambda link: find_candidates(link, new))


def test_an_article_with_the_same_words_is_a_candidate(store: Store, remember):
    remember(a_story("machines for the mines"), a_story("other", text="Rain on Sunday. " * 9))
    index = candidates(store, a_story("the mines get machines", TWO))
    assert [candidate.wording for candidate in index.by_key.values()] == [
        Wording("machines for the mines", LEAD)
    ]


def test_an_article_at_the_same_address_is_a_candidate_whatever_its_words(store: Store, remember):
    page = a_story("page", alias="a" * 64)
    remember(page)
    index = candidates(store, a_story("p", TWO, text="Rain on Sunday", alias="a" * 64))
    assert index.by_alias == {"a" * 64: [page.key]}
    assert list(index.by_key) == [page.key]


def test_of_an_address_that_very_many_feeds_name_the_newest_articles_are_compared(
    store: Store, remember
):
    stored = [
        replace(
            a_story(f"article {number}", alias="address", text=f"Text {number}. " * 9),
            seen_at=NOW + number * timedelta(minutes=1),
        )
        for number in range(MOST_AT_ADDRESS + 3)
    ]
    remember(*stored, a_story("elsewhere", alias="another address", text="Rain on Sunday. " * 9))
    index = candidates(store, a_story("new", TWO, alias="address", text="Snow on Monday. " * 9))
    assert index.by_alias == {"address": [article.key for article in stored[3:]]}
    assert set(index.by_key) == {article.key for article in stored[3:]}


def test_without_new_articles_nothing_is_looked_up(store: Store, remember):
    remember(a_story("machines"))
    assert candidates(store).by_key == {}


@pytest.mark.parametrize(("days", "expected"), [(2, 1), (4, 0)])
def test_articles_of_one_or_two_eras_ago_only_are_compared(store, remember, days, expected):
    remember(a_story("machines"))
    later = a_story("machines again", TWO, seen_at=NOW + days * DAY)
    assert len(candidates(store, later).by_key) == expected


def test_expired_fingerprints_are_removed_as_new_ones_come(store: Store, remember):
    def count() -> int:
        query = select(func.count()).select_from(prints)
        return store._database.read(lambda connection: connection.scalar(query))

    remember(a_story("machines"))
    before = count()
    remember(a_story("later", TWO, text=LEAD[::-1], seen_at=NOW + 10 * DAY))
    keys = store._database.read(
        lambda connection: set(connection.scalars(select(prints.c.article_key)))
    )
    assert before > 0
    assert keys == {a_story("later", TWO).key}


def test_an_instant_without_a_zone_is_refused(store: Store, remember):
    naive = a_story("machines", seen_at=datetime(2025, 6, 17))  # noqa: DTZ001 - the fault
    with pytest.raises(ValueError, match="names no zone"):
        candidates(store, naive)


def test_an_edited_article_that_may_join_another_names_the_copy_keys_that_are_shared(
    store: Store, remember
):
    first = a_story("first", copy_key="c" * 64)
    second = a_story("second", TWO, copy_key="c" * 64, edits=1, edited_at=NOW)
    alone = a_story("alone", copy_key="d" * 64, edits=1, edited_at=NOW)
    remember(first, second, alone)
    assert candidates(store, second, alone).shared_copy_keys == {"c" * 64}
