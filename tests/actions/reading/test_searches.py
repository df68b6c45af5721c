"""Search as an action: pages by cursors, refused cursors, the JSON."""

from __future__ import annotations

import pytest

from monitor.actions.reading.searches import (
    SearchRequest,
    SearchResult,
    rebuild_index_step,
    search_articles,
)
from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from tests.fakes import NOW


def find(store: Store, question: str, *, limit: int, after: str | None = None) -> SearchResult:
    request = SearchRequest(question=question, limit=limit, after=after)
    return search_articles(store, request, NOW)


def test_pages_are_continued_by_their_cursor(store: Store):
    first = find(store, "sort:old", limit=2)
    rest = search_articles(
        store, SearchRequest(question="sort:old ", limit=2, after=first.next), NOW
    )
    keys = [listed.article.key for listed in (*first.articles, *rest.articles)]
    assert keys == ["aaaaaaaa", "cccccccc", "bbbbbbbb"]
    assert rest.next is None


@pytest.mark.parametrize("cursor", ["x", "1", "1-0.5", "1-0.5-00000000"])
def test_a_cursor_of_another_question_is_refused(store: Store, cursor: str):
    with pytest.raises(ConfigError, match="no cursor of this question"):
        find(store, "arms", limit=2, after=cursor)
    of_other = find(store, "", limit=1).next
    with pytest.raises(ConfigError, match="no cursor of this question"):
        find(store, "arms", limit=2, after=of_other)


def test_the_json_has_the_question_in_words_and_the_articles(store: Store):
    page = find(store, "arms is:flagged", limit=5).as_json()
    assert page["question"] == "has “arms” · is flagged · newest first"
    assert [article["key"] for article in page["articles"]] == ["bbbbbbbb"]
    assert (page["next"], page["index"]) == (None, None)


def test_a_feed_is_named_by_its_title(store: Store):
    assert len(find(store, 'feed:"harbour"', limit=5).articles) == 3
    assert find(store, "feed:nobody", limit=5).articles == ()


def test_a_complete_index_stays_complete(store: Store):
    progress = rebuild_index_step(store)
    assert (progress.indexed, progress.articles) == (3, 3)
    assert len(find(store, "dull", limit=5).articles) == 1


def test_the_articles_that_a_question_finds_are_counted_up_to_a_bound(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    all_of_them = find(store, "", limit=1)
    assert (all_of_them.count_text, all_of_them.as_json()["total"]) == ("3 articles", 3)
    assert find(store, "arms", limit=1).count_text == "1 article"
    monkeypatch.setattr("monitor.actions.reading.searches.MOST_COUNTED", 2)
    bounded = find(store, "", limit=1)
    assert bounded.count_text == "more than 2 articles"
    assert bounded.as_json()["total_at_least"] == 2


def test_a_count_that_takes_too_long_is_left_out():
    result = SearchResult(
        description="", articles=(), next=None, incomplete=None, parts=(), feed_titles={}
    )
    assert result.count_text == ""
    assert "total" not in result.as_json()
