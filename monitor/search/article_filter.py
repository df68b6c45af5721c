"""Filter of a subscription: a search question that is asked of each article before it is alerted.

Only what an article has when it arrives can be asked.  Marks, alerts and stories come later, and
an alert is about an article that was just seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

from monitor.domain.articles import Article
from monitor.search import evaluator, feed_names
from monitor.search.description import describe_node
from monitor.search.feed_names import NamedFeed
from monitor.search.fields import ParseContext
from monitor.search.grammar import parse_in
from monitor.search.lexer import Lexeme, LexemeKind, lexemes
from monitor.search.question import (
    AllOf,
    ArticleState,
    Condition,
    InState,
    MatchesPattern,
    Node,
    OfTheme,
    Period,
    Question,
    QuestionError,
    ThemeProbability,
    leaves,
)
from monitor.search.written import canonical, field_name

Fields = Sequence[tuple[Lexeme, Lexeme]]  # each field of a text with its value

_JUST_SEEN = "an alert is about an article that was just seen: leave it out"
_FLAGGED_ONLY = "alerts are about flagged articles only: leave it out"
_LATER = "is not known yet when an article is alerted: leave it out"
_NO_ORDER = "alerts have no order: leave it out"
_NO_CONTEXT = ParseContext(datetime(1970, 1, 1, tzinfo=UTC), UTC)  # stored filters name no time ago


@dataclass(frozen=True, slots=True)
class QuestionFilter:
    """The filter of a subscription; two with the same text are equal."""

    text: str  # in its canonical form, dates in UTC
    tree: Node | None = field(compare=False)  # None: it can't be read, and admits everything
    feeds: Mapping[str, tuple[str, ...]] = field(compare=False, default_factory=dict)
    fault: str = field(compare=False, default="")  # why it can't be read

    def admits(self, article: Article) -> bool:
        """Whether the article meets the question."""
        return self.tree is None or self._meets(article, self.tree)

    def unmet(self, article: Article) -> tuple[str, ...]:
        """The conditions that the article does not meet, in words."""
        tree = self.tree
        parts = tree.parts if isinstance(tree, AllOf) else (tree,) if tree else ()
        return tuple(describe_node(part) for part in parts if not self._meets(article, part))

    def _meets(self, article: Article, node: Node) -> bool:
        return evaluator.evaluate(
            node, lambda leaf: evaluator.meets_condition(article, leaf, self.feeds)
        )


def new_filter(
    text: str, context: ParseContext, *, topic_themes: Collection[str] = ()
) -> QuestionFilter:
    """The filter that a person writes.  `topic_themes` are slugs; without any none is refused.

    Raise QuestionError, with the place, for what can't be understood, or not decided on arrival,
    and for a theme that the topic does not have: no article would ever be admitted.
    """
    tree = parse_in(text, context).tree
    fields = [
        (name, values) for name, values in pairwise(lexemes(text)) if name.kind is LexemeKind.FIELD
    ]
    _refuse_undecidable(text, tree, fields)
    _refuse_unknown_themes(text, tree, fields, topic_themes)
    if tree is None:
        raise QuestionError(text, 0, "it admits every article: write a condition, or no filter")
    written = stored_filter(canonical(Question(tree)))
    if written.fault:  # saved searches make it longer, and dates
        raise QuestionError(text, 0, f"written in full it is {written.fault}")
    return written


def stored_filter(text: str, feeds: Iterable[NamedFeed] = ()) -> QuestionFilter:
    """A filter that was stored; `feeds` are those that it may name.

    One that this version can't read admits every article: an alert too many is better than none.
    """
    try:
        tree = parse_in(text, _NO_CONTEXT).tree
    except QuestionError as error:
        return QuestionFilter(text, None, fault=error.fault)
    return QuestionFilter(text, tree, feed_names.feed_keys(tree, feeds))


def _refuse_unknown_themes(
    text: str, tree: Node | None, fields: Fields, topic_themes: Collection[str]
) -> None:
    for leaf in leaves(tree):
        if not topic_themes or not isinstance(leaf, OfTheme | ThemeProbability):
            continue
        if leaf.slug not in topic_themes:
            known_slugs = ", ".join(topic_themes)
            fault = f"{leaf.slug}: no such theme; there are: {known_slugs}"
            raise QuestionError(text, _place(leaf, fields), fault)


def _refuse_undecidable(text: str, tree: Node | None, fields: Fields) -> None:
    for name, _ in fields:
        if name.text.lower() == "sort":
            raise QuestionError(text, name.place, _NO_ORDER)
    for leaf in leaves(tree):
        fault = _undecidable(leaf)
        if fault:
            raise QuestionError(text, _place(leaf, fields), fault)


def _undecidable(leaf: Condition) -> str:
    """Why the condition can't be decided when an article arrives; empty where it can."""
    if isinstance(leaf, Period) and leaf.field == "seen":
        return _JUST_SEEN
    if leaf == InState(ArticleState.REJECTED):
        return f"is:rejected: {_FLAGGED_ONLY}"
    if isinstance(leaf, MatchesPattern):
        return "patterns are for searches: write words, or a keyword rule with `regex`"
    if evaluator.is_decidable(leaf):
        return ""
    return f"{describe_node(leaf)}: {_LATER}"


def _place(leaf: Condition, fields: Fields) -> int:
    """Where the condition is written; where a saved search has it, the place of that."""
    names: tuple[str, ...] = (field_name(leaf),)
    if isinstance(leaf, Period):
        names = ("seen", "since", "before")
    elif isinstance(leaf, ThemeProbability):
        names = ("theme",)
    for name, value in fields:
        if name.text.lower() in names and _is_value(leaf, value.text):
            return name.place
    return next((name.place for name, _ in fields if name.text.lower() == "saved"), 0)


def _is_value(leaf: Condition, written: str) -> bool:
    """Whether this value of a field, which may list several, stands for the condition."""
    values = written.lower().split(",")
    if isinstance(leaf, InState):
        return leaf.state in values
    if isinstance(leaf, OfTheme | ThemeProbability):
        return any(value.partition("<")[0].partition(">")[0] == leaf.slug for value in values)
    return True
