"""The filter of a search question is one that a subscription may have."""

from __future__ import annotations

from monitor.domain.article_filters import ArticleFilter
from monitor.search.article_filter import stored_filter
from tests.fakes import article, subscription


def test_a_search_question_is_a_filter():
    question: ArticleFilter = stored_filter("theme:none")
    assert subscription(filter=question).filter is question
    assert (question.text, question.fault) == ("theme:none", "")
    assert not question.admits(article())
    assert question.unmet(article()) == ("about none",)
