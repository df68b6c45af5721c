"""Search questions as people type them, read with the saved searches that they name."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from monitor.search.fields import ParseContext
from monitor.search.grammar import parse_in
from monitor.search.question import Question
from monitor.search.saved_search import by_folded_name

if TYPE_CHECKING:
    from monitor.store.store import Store


def read_question(store: Store, text: str, now: datetime, zone: tzinfo = UTC) -> Question:
    """The question; dates without a zone are of `zone`.  Raise QuestionError."""
    return parse_in(text, question_context(store, text, now, zone))


def question_context(store: Store, text: str, now: datetime, zone: tzinfo) -> ParseContext:
    """What the question refers to; saved searches are read only for a question that names one."""
    if "saved:" not in text.casefold():
        return ParseContext(now, zone)
    return ParseContext(now, zone, by_folded_name(store.saved_searches.list()))
