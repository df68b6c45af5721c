"""Stored articles for whoever asks: the command line, the site, a program."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.actions.reading.articles import (
    ArticleQuery,
    ListedArticle,
    ShownArticle,
    find_article,
    list_articles,
    show_article,
)
from monitor.domain.errors import ConfigError
from monitor.domain.topics.topic_decisions import with_decisions
from monitor.store.store import Store
from tests.fakes import NOW, article, decision


def keys(store: Store, **query: Any) -> list[str]:
    rows = list_articles(store, ArticleQuery(limit=10, **query))
    return [row.article.key for row in rows]


def test_articles_are_listed_newest_first_with_the_title_of_their_feed(store: Store):
    newest, *_ = list_articles(store, ArticleQuery(limit=10))
    assert newest.article.key == "bbbbbbbb"
    assert newest.feed_title == "Harbour Wire"
    assert [source.feed_key for source in newest.sources] == ["f"]


def test_a_query_restricts_by_theme_outcome_time_feed_and_number(store: Store):
    assert keys(store, flagged_only=True) == ["bbbbbbbb", "aaaaaaaa"]
    assert keys(store, theme="labour") == ["aaaaaaaa"]
    assert keys(store, since=NOW.replace(minute=30)) == ["bbbbbbbb"]
    assert keys(store, feed_key="another") == []
    assert len(list_articles(store, ArticleQuery(limit=1))) == 1


def test_an_article_is_found_by_the_beginning_of_its_key(store: Store):
    assert find_article(store, "aaaaaa").key == "aaaaaaaa"
    with pytest.raises(ConfigError, match="no article 'dddddddd'"):
        find_article(store, "dddddddd")


def test_json_names_both_readings_of_the_themes_beside_the_older_keys(store: Store):
    (row,) = list_articles(store, ArticleQuery(limit=1, theme="labour"))
    shown = json.loads(json.dumps(row.as_json()))
    assert shown["theme_slugs"] == shown["labels"] == ["labour"]
    assert shown["theme_probabilities"] == shown["themes"] == {"troops": 0.2, "labour": 0.7}


def test_an_article_of_one_topic_is_listed_with_the_keys_that_it_always_had(store: Store):
    (row,) = list_articles(store, ArticleQuery(limit=1, theme="labour"))
    assert list(row.as_json()) == [
        "key", "feed", "url", "title", "language", "published_at", "seen_at", "score", "relevant",
        "tier", "themes", "labels", "theme_probabilities", "theme_slugs", "rules", "backlog",
        "full_text", "edits", "edited_at", "text_pruned_at", "sources",
    ]  # fmt: skip
    assert "other_decisions" not in show_article(store, "aaaaaaaa").as_json()


def test_an_article_of_several_topics_names_them_and_has_every_decision():
    of_two_topics = with_decisions(article(), (decision(relevant=False), decision(pack="cables@1")))
    shown = ShownArticle(
        listed=ListedArticle(article=of_two_topics, feed_title="", sources=())
    ).as_json()
    assert (shown["topic"], shown["topics"]) == ("cables", ["cables"])
    (other,) = shown["other_decisions"]
    assert (other["topic"], other["relevant"]) == ("test", False)
