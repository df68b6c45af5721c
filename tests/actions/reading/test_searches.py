"""Search as an action: pages by cursors, refused cursors, the JSON."""

from __future__ import annotations

import pytest

from monitor.actions.reading.searches import rebuild_index_step, search_articles
from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from tests.fakes import NOW


def test_pages_are_continued_by_their_cursor(store: Store):
    first = search_articles(store, "sort:old", NOW, limit=2)
    rest = search_articles(store, "sort:old ", NOW, limit=2, after=first.next)
    keys = [listed.article.key for listed in (*first.articles, *rest.articles)]
    assert keys == ["aaaaaaaa", "cccccccc", "bbbbbbbb"]
    assert rest.next is None


@pytest.mark.parametrize("cursor", ["x", "1", "1-0.5", "1-0.5-00000000"])
def test_a_cursor_of_another_question_is_refused(store: Store, cursor: str):
    with pytest.raises(ConfigError, match="no cursor of this question"):
        search_articles(store, "arms", NOW, limit=2, after=cursor)
    of_other = search_articles(store, "", NOW, limit=1).next
    with pytest.raises(ConfigError, match="no cursor of this question"):
        search_articles(store, "arms", NOW, limit=2, after=of_other)


def test_the_json_has_the_question_in_words_and_the_articles(store: Store):
    page = search_articles(store, "arms is:flagged", NOW, limit=5).as_json()
    assert page["question"] == "has “arms” · is flagged · newest first"
    assert [article["key"] for article in page["articles"]] == ["bbbbbbbb"]
    assert (page["next"], page["index"]) == (None, None)


def test_a_feed_is_named_by_its_title(store: Store):
    assert len(search_articles(store, 'feed:"harbour"', NOW, limit=5).articles) == 3
    assert search_articles(store, "feed:nobody", NOW, limit=5).articles == ()


def test_a_complete_index_stays_complete(store: Store):
    progress = rebuild_index_step(store)
    assert (progress.indexed, progress.articles) == (3, 3)
    assert len(search_articles(store, "dull", NOW, limit=5).articles) == 1
