"""Search questions as people type them, read with the saved searches that they name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from monitor.domain.errors import ConfigError
from monitor.search.fields import ParseContext
from monitor.search.grammar import parse_in
from monitor.search.question import MatchesPattern, Question, QuestionError, leaves
from monitor.search.saved_search import by_folded_name

if TYPE_CHECKING:
    from monitor.store.store import Store

_SUBJECT = "search"  # what the errors of patterns name; it is taken off again


def read_question(store: Store, text: str, now: datetime, zone: tzinfo = UTC) -> Question:
    """The question; dates without a zone are of `zone`.  Raise QuestionError."""
    return with_patterns(parse_in(text, question_context(store, text, now, zone)), text)


def question_context(store: Store, text: str, now: datetime, zone: tzinfo) -> ParseContext:
    """What the question refers to; saved searches are read only for a question that names one."""
    if "saved:" not in text.casefold():
        return ParseContext(now, zone)
    return ParseContext(now, zone, by_folded_name(store.saved_searches.list()))


def with_patterns(question: Question, text: str) -> Question:
    """The question with its patterns compiled, as those of keyword rules.

    `text` is what the person wrote.  Raise QuestionError for a pattern that is none.
    """
    patterns = {leaf.pattern for leaf in leaves(question.tree) if isinstance(leaf, MatchesPattern)}
    if not patterns:
        return question
    return replace(question, patterns={pattern: _finder(pattern, text) for pattern in patterns})


def _finder(pattern: str, text: str) -> Callable[[str], bool]:
    from monitor.classify.rules.patterns import Pattern

    try:
        compiled = Pattern(pattern, _SUBJECT)
    except ConfigError as error:
        fault = str(error).removeprefix(f"keyword rule {_SUBJECT!r}: ")
        raise QuestionError(text, max(text.find(f"/{pattern}/"), 0), fault) from None
    return lambda article_text: compiled.find(article_text) is not None
