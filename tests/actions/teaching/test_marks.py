"""Marks: set, list, propose, count."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.actions.teaching.marks import (
    MarkRequest,
    list_marks,
    mark_article,
    propose_articles,
)
from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from tests.fakes import NOW

THEMES = ("labour", "troops")
SINCE = NOW - timedelta(days=1)


def test_a_mark_is_stored_and_a_later_one_replaces_it(store: Store):
    request = MarkRequest(article="aaaaaa", relevant=True, themes=("troops",), by="Ana")
    marked = mark_article(store, request, NOW, topic_themes=THEMES)
    assert marked.as_json()["theme_slugs"] == marked.as_json()["themes"] == ("troops",)
    assert marked.as_json()["label"] == "relevant"
    later = MarkRequest(article="aaaaaa", relevant=False, by="Ana")
    mark_article(store, later, NOW, topic_themes=THEMES)
    (listed,) = list_marks(store)
    assert (listed.mark.article_key, listed.mark.relevant) == ("aaaaaaaa", False)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (MarkRequest(article="unknown!", relevant=True), "no article 'unknown!'"),
        (MarkRequest(article="aaaaaa", relevant=True, themes=("rain",)), "no such theme: rain"),
        (MarkRequest(article="aaaaaa", relevant=False, themes=("labour",)), "has no theme"),
    ],
)
def test_unknown_articles_and_themes_are_refused(store: Store, request_, message):
    with pytest.raises(ConfigError, match=message):
        mark_article(store, request_, NOW, topic_themes=THEMES)
    assert list_marks(store) == []


def test_marked_articles_are_not_proposed(store: Store):
    proposals = propose_articles(store, NOW, since=SINCE, number=3)
    assert {proposal.article.key for proposal in proposals} == {"aaaaaaaa", "bbbbbbbb", "cccccccc"}
    assert proposals[0].feed_title == "Harbour Wire"
    request = MarkRequest(article="aaaaaaaa", relevant=True)
    mark_article(store, request, NOW, topic_themes=THEMES)
    rest = propose_articles(store, NOW, since=SINCE, number=3)
    assert {proposal.as_json()["key"] for proposal in rest} == {"bbbbbbbb", "cccccccc"}
