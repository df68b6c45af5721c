"""Filters of subscriptions: a search question as a person types it, checked before use."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from monitor.actions.option_values import InvalidOption
from monitor.domain.article_filters import ArticleFilter
from monitor.search.article_filter import new_filter
from monitor.search.fields import ParseContext
from monitor.search.question import QuestionError

NO_FILTER = ("", "none")


def parse_filter(text: str, now: datetime, zone: tzinfo = UTC) -> ArticleFilter | None:
    """The filter of this question; None for "none" and for an empty text.

    Raise InvalidOption, with the place and a suggestion, for a question that can't be understood,
    or not decided when an article arrives.
    """
    question = text.strip()
    if question in NO_FILTER:
        return None
    try:
        return new_filter(question, ParseContext(now, zone))
    except QuestionError as error:
        raise InvalidOption("filter", error.with_place()) from None
