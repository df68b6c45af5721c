"""Search over stored articles on both databases: answers, order, pages, edits, removals."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from monitor.domain.feeds import Entry, Feed
from monitor.search.grammar import parse
from monitor.store.search.article_search import TIME_LIMIT
from monitor.store.store import Store
from tests.store.builders import NOW, a_decision, a_feed, a_poll, an_article


def keep(store: Store, *entries: Entry, feed: Feed | None = None) -> None:
    """Store one article for each entry, named by its title."""
    feed = feed or a_feed()
    store.feeds.add_all([feed])
    for entry in entries:
        store.commit([a_poll(feed, an_article(entry.title, feed, entry=entry))])


def titles(store: Store, question: str, limit: int = 50) -> list[str]:
    page = store.search.find(parse(question, NOW), limit=limit)
    return [article.entry.title for article in page.articles]


TEXTS = {
    "Troops in Kursk": "Soldiers from North Korea clear mines.",
    "북한군 파병": "러시아 쿠르스크에 파병된 북한군이 있다",
    "朝鲜向俄罗斯派兵": "据报道，朝鲜士兵抵达库尔斯克",
    "Crème brûlée": "A dessert, Kim Jong-un's favourite. Ёлка",
}


@pytest.fixture
def stored(store: Store) -> Store:
    keep(store, *(Entry(title=title, text=text) for title, text in TEXTS.items()))
    return store


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("kursk", [0]), ("KURSK troops", [0]), ("soldier", []), ("soldier*", [0]),
        ('"north korea"', [0]), ('"korea north"', []), ("title:soldiers", []),
        ("text:soldiers", [0]), ("북한", [1]), ("파병", [1]), ("북", [1]), ("군파", []),
        ("朝鲜", [2]), ("派兵", [2]), ("兵", [2]), ("创", []), ("creme", [3]), ("brulee", [3]),
        ('"kim jong un"', [3]), ("елка", [3]), ("kursk OR 朝鲜", [2, 0]), ("-kursk", [3, 2, 1]),
        ("(kursk OR creme) -dessert", [0]), ("", [3, 2, 1, 0]), ("sort:old", [0, 1, 2, 3]),
        ("-(kursk OR -kursk)", []), ('"clear mines"', [0]), ('"Kursk soldiers"', []),
        ("kursk is:flagged", [0]), ("kursk OR is:rejected", [0]), ("kursk is:rejected", []),
    ],
)  # fmt: skip
def test_words_are_found_in_every_script(stored: Store, question: str, numbers: Sequence[int]):
    names = list(TEXTS)
    assert titles(stored, question) == [names[number] for number in numbers]


def test_authors_and_tags_are_searched_by_their_fields_alone(store: Store):
    keep(store, Entry(title="a", author="Kim Il", tags=("Far East", "Arms")), Entry(title="kim"))
    assert titles(store, "author:kim") == titles(store, 'tag:"far east"') == ["a"]
    assert titles(store, "kim") == ["kim"]
    assert titles(store, 'tag:"east arms"') == titles(store, "tag:kim") == []


def test_pages_neither_skip_nor_double_while_articles_arrive(store: Store):
    keep(store, *(Entry(title=f"news {number}") for number in range(7)))
    question, position, seen = parse("news", NOW), None, []
    for number in range(10, 20):
        page = store.search.find(question, limit=2, after=position)
        seen += [article.entry.title for article in page.articles]
        position = page.next
        if position is None:
            break
        keep(store, Entry(title=f"news {number}"))
    assert seen == [f"news {number}" for number in reversed(range(7))]


def test_the_highest_score_comes_first_in_pages(store: Store):
    feed = a_feed()
    store.feeds.add_all([feed])
    for number, score in enumerate((0.2, 0.9, 0.2, 0.5)):
        article = an_article(f"news {number}", feed, decision=a_decision(score=score))
        store.commit([a_poll(feed, article)])
    first = store.search.find(parse("news sort:score", NOW), limit=3)
    rest = store.search.find(parse("news sort:score", NOW), limit=3, after=first.next)
    shown = [article.entry.title for article in (*first.articles, *rest.articles)]
    assert shown == ["news 1", "news 3", "news 2", "news 0"]


@pytest.mark.parametrize("sort", ["", " sort:old", " sort:score"])
def test_each_page_has_the_facets_and_the_total_of_all_articles(store: Store, sort: str):
    feed = a_feed()
    store.feeds.add_all([feed])
    stored = [an_article(f"news {number}", feed) for number in range(120)]
    store.commit([a_poll(feed, *stored)])
    question, position, keys = parse(f"news{sort}", NOW), None, []
    for _ in range(40):
        search = store.search.of_one_answer()
        page = search.find(question, limit=3, after=position)
        position = page.next
        keys += [article.key for article in page.articles]
        facets = search.facets(question)
        assert (facets.total, search.count(question), len(page.articles)) == (120, 120, 3)
    assert position is None
    assert sorted(keys) == sorted(article.key for article in stored)


def test_a_long_text_is_found_by_each_of_its_phrases(store: Store):
    """PostgreSQL drops positions of long texts: such an article is stored in parts."""
    words = " ".join(f"a b{number}" for number in range(2_000))
    keep(store, Entry(title="long", text=f"{words} last word"), Entry(title="short", text="a b1"))
    assert titles(store, '"last word"') == titles(store, '"a b1998"') == ["long"]
    assert titles(store, '"a b1" "last word"') == ["long"]
    assert titles(store, '"a b1" -"last word"') == ["short"]
    assert titles(store, '"b7 last"') == []


def test_the_page_after_an_article_begins_where_its_position_says(stored: Store) -> None:
    question = parse("", NOW)
    everything = stored.search.find(question, limit=10).articles
    position = stored.search.position(everything[1].key)
    rest = stored.search.find(question, limit=10, after=position).articles
    assert rest == everything[2:]
    assert stored.search.position("0" * 64) is None


def test_a_view_of_the_console_has_more_time_than_a_question(stored: Store) -> None:
    patient = stored.search.patient()
    assert patient.time_limit > stored.search.time_limit == TIME_LIMIT
    assert patient.find(parse("kursk", NOW), limit=9) == stored.search.find(
        parse("kursk", NOW), limit=9
    )
