"""Filters of subscriptions: a search question as a person types it, checked before use."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from monitor.actions.option_values import InvalidOption
from monitor.actions.reading.questions import question_context
from monitor.domain.article_filters import ArticleFilter
from monitor.search.article_filter import new_filter
from monitor.search.question import QuestionError

if TYPE_CHECKING:
    from monitor.store.store import Store

NO_FILTER = ("", "none")


def parse_filter(
    store: Store,
    text: str,
    now: datetime,
    zone: tzinfo = UTC,
    *,
    topic_themes: Collection[str] = (),
) -> ArticleFilter | None:
    """The filter of this question; None for "none" and for an empty text.

    `saved:NAME` is what the saved search asks now: later changes of it do not change the filter.
    Raise InvalidOption, with the place and a suggestion, for a question that can't be understood,
    or not decided when an article arrives, or that names a theme that `topic_themes` lacks.
    """
    question = text.strip()
    if question in NO_FILTER:
        return None
    try:
        context = question_context(store, question, now, zone)
        return new_filter(question, context, topic_themes=topic_themes)
    except QuestionError as error:
        raise InvalidOption("filter", error.with_place()) from None
