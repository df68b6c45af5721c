"""Search conditions: each node of a question as SQL over `articles` and `article_numbers`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    and_,
    bindparam,
    case,
    cast,
    column,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    text,
)

from monitor.domain.alerts import AlertState
from monitor.domain.articles import DecisionReason
from monitor.search.question import (
    AllOf,
    AnyOf,
    ArticleState,
    Comparison,
    Condition,
    DecisiveTerm,
    FromFeed,
    InState,
    InStory,
    Language,
    MatchesPattern,
    NamesClaimant,
    NearLine,
    Node,
    Not,
    OfTheme,
    OfTopic,
    Period,
    Reason,
    RuleMatched,
    Score,
    Site,
    StatesFigure,
    ThemeProbability,
    Words,
)
from monitor.store.database import postgresql_values
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import (
    IS_IN_REVIEW,
    IS_NEAR_LINE,
    IS_NUMBERED_IN_REVIEW,
    IS_NUMBERED_NEAR,
    IS_NUMBERED_RELEVANT,
    IS_RELEVANT,
    alert_articles,
    alerts,
    article_numbers,
    articles,
    marks,
)
from monitor.store.search import story_conditions, text_queries
from monitor.store.search.story_conditions import COMPARE
from monitor.store.search.theme_conditions import counts_for_theme, numbered_for_theme

_ALERT_STATES = {
    ArticleState.TOLD: AlertState.SENT,
    ArticleState.SILENCED: AlertState.SILENCED,
    ArticleState.HELD: AlertState.HELD,
}

# Made once: the columns of an alias cost more than the rest of a statement.
_MARK = select(marks.c.article_key).where(marks.c.article_key == articles.c.key)
_HAS_RELEVANT = _MARK.where(marks.c.relevant).exists()
_HAS_IRRELEVANT = _MARK.where(~marks.c.relevant).exists()
_OPPOSITE = marks.alias("opposite")
_IS_CONTESTED = (
    _MARK.join(
        _OPPOSITE,
        and_(_OPPOSITE.c.article_key == marks.c.article_key, _OPPOSITE.c.topic == marks.c.topic),
    )
    .where(marks.c.relevant, ~_OPPOSITE.c.relevant)
    .exists()
)
_OTHER = articles.alias("other")
_HAS_COPIES = (
    select(_OTHER.c.key)
    .where(_OTHER.c.copy_key == articles.c.copy_key, _OTHER.c.key != articles.c.key)
    .exists()
)
_STATES: Mapping[ArticleState, ColumnElement[bool]] = {
    ArticleState.REJECTED: ~articles.c.relevant,
    ArticleState.MARKED: _MARK.exists(),
    ArticleState.UNMARKED: ~_MARK.exists(),
    ArticleState.RELEVANT: _HAS_RELEVANT,
    ArticleState.IRRELEVANT: _HAS_IRRELEVANT,
    ArticleState.CONTESTED: _IS_CONTESTED,
    ArticleState.BACKLOG: articles.c.backlog,
    ArticleState.EDITED: articles.c.edits > 0,
    ArticleState.COPIED: _HAS_COPIES,
}
# The states that have a partial index, of articles by time and of numbers.
_QUEUES: Mapping[ArticleState, ColumnElement[bool]] = {
    ArticleState.FLAGGED: IS_RELEVANT,
    ArticleState.NEAR: IS_NEAR_LINE,
    ArticleState.REVIEW: IS_IN_REVIEW,
}
_NUMBERED_QUEUES: Mapping[ArticleState, ColumnElement[bool]] = {
    ArticleState.FLAGGED: IS_NUMBERED_RELEVANT,
    ArticleState.NEAR: IS_NUMBERED_NEAR,
    ArticleState.REVIEW: IS_NUMBERED_IN_REVIEW,
}


class Conditions:
    """Makes conditions for one database."""

    def __init__(
        self,
        database: Database,
        feeds: Mapping[str, Sequence[str]],
        patterns: Mapping[str, Sequence[int]],
        *,
        is_numbered: bool = True,
    ) -> None:
        """`feeds` maps each feed reference of the question to the keys of these feeds.

        `patterns` maps each of its patterns to the numbers of the articles that it matches.
        `is_numbered` says that the statement has `article_numbers` beside `articles`; without it
        the tree must have neither words nor patterns.
        """
        self._database = database
        self._feeds = feeds
        self._patterns = patterns
        # of the table by whose index the statement is ordered
        self._queues = _NUMBERED_QUEUES if is_numbered else _QUEUES
        self._is_numbered = is_numbered

    def of_node(self, node: Node) -> ColumnElement[bool]:
        """The condition of a tree; exact, whatever else narrows the articles."""
        if isinstance(node, AllOf):
            return and_(*[self.of_node(part) for part in node.parts])
        if isinstance(node, AnyOf):
            return or_(*[self.of_node(part) for part in node.parts])
        if isinstance(node, Not):
            return not_(func.coalesce(self.of_node(node.part), literal_column("false")))
        return self._of_leaf(node)

    def _of_leaf(self, leaf: Condition) -> ColumnElement[bool]:
        match leaf:
            case Words():
                return self._words(leaf)
            case MatchesPattern(pattern):
                return number_in(self._database, self._patterns[pattern])
            case OfTheme(slug):
                return self._theme(slug)
            case OfTopic(name):
                return self._database.list_contains(articles.c.topics, name)
            case ThemeProbability() | Score() | NearLine():
                return self._number(leaf)
            case InState(state):
                return self._state(state)
            case Period():
                return _period(leaf)
        return self._of_text_field(leaf)

    def _of_text_field(self, leaf: Condition) -> ColumnElement[bool]:
        match leaf:
            case FromFeed(reference):
                return articles.c.feed_key.in_(self._feeds.get(reference, ()))
            case Language(code):
                language = func.lower(articles.c.language)
                return or_(language == code, language.startswith(f"{code}-", autoescape=True))
            case Site(host):
                return self._site(host)
            case RuleMatched(name):
                return self._list_of_objects_has(articles.c.rules, "rule", name)
            case DecisiveTerm(words):
                return self._terms_have(words)
            case InStory() | StatesFigure() | NamesClaimant():
                return story_conditions.of_story(leaf)
        if not isinstance(leaf, Reason):
            raise TypeError(f"{type(leaf).__name__} has no condition")
        return articles.c.reason == DecisionReason(leaf.reason)

    def _number(self, leaf: ThemeProbability | Score | NearLine) -> ColumnElement[bool]:
        match leaf:
            case ThemeProbability(slug, comparison, number):
                return self._compare(comparison, self._probability(slug), number)
            case Score(comparison, number):
                return self._compare(comparison, articles.c.score, number)
            case NearLine(distance):
                away = func.abs(articles.c.score - articles.c.threshold)
                return self._compare(Comparison.AT_MOST, away, distance)

    def _compare(
        self, comparison: Comparison, value: ColumnElement[Any], number: float
    ) -> ColumnElement[bool]:
        compared: ColumnElement[bool] = COMPARE[comparison](value, literal(number, Double()))
        return compared

    def _words(self, words: Words) -> ColumnElement[bool]:
        if self._database.is_sqlite:
            index = text("SELECT rowid FROM article_words WHERE article_words MATCH :words")
            match = index.bindparams(
                bindparam("words", text_queries.fts_match(words), unique=True)
            ).columns(column("rowid"))
            return article_numbers.c.number.in_(match.subquery().select())
        query = postgresql_values.ts_query(text_queries.ts_query(words))
        in_row = literal_column("article_words.words").bool_op("@@")(query)
        # one row at a time: for EXISTS the planner may read the whole table into a hash
        in_part = (
            select(literal_column("true"))
            .select_from(text("article_words AS parts"))
            .where(
                literal_column("parts.number") == article_numbers.c.number,
                literal_column("parts.words").bool_op("@@")(query),
            )
            .limit(1)
            .scalar_subquery()
        )
        has_parts: ColumnElement[bool] = literal_column("article_words.has_parts")
        return func.coalesce(case((has_parts, in_part), else_=in_row), literal_column("false"))

    def _probability(self, slug: str) -> ColumnElement[Any]:
        if self._database.is_sqlite:
            return func.json_extract(articles.c.themes, f'$."{slug}"')
        themes = postgresql_values.jsonb(articles.c.themes)
        return cast(themes[slug].astext, Double())

    def _list_of_objects_has(
        self, objects: ColumnElement[Any], name: str, value: str
    ) -> ColumnElement[bool]:
        if self._database.is_sqlite:
            items = func.json_each(objects).table_valued("value")
            item = func.json_extract(items.c.value, f"$.{name}")
            return select(items.c.value).where(item == value).exists()
        return postgresql_values.jsonb(objects).contains([{name: value}])

    def _terms_have(self, words: str) -> ColumnElement[bool]:
        if self._database.is_sqlite:
            # its lower() knows ASCII only, so words of other letters are tried in usual capitals
            forms = {words.lower(), words.upper(), words.title(), words.capitalize(), words}
            items = func.json_each(articles.c.terms).table_valued("value")
            item = func.json_extract(items.c.value, "$[0]")
            is_term = or_(item.in_(sorted(forms)), func.lower(item) == words.lower())
            return select(items.c.value).where(is_term).exists()
        terms = func.jsonb_array_elements(postgresql_values.jsonb(articles.c.terms))
        items = terms.table_valued("value", name="term")
        term = postgresql_values.jsonb(items.c.value)[0].astext
        return select(items.c.value).where(func.lower(term) == words.lower()).exists()

    def _site(self, host: str) -> ColumnElement[bool]:
        """By the text between "://" and the next slash, without its port."""
        if self._database.is_sqlite:
            rest = func.substr(articles.c.url, func.instr(articles.c.url, "://") + 3)
            name: Any = rest
            for end in ("/", ":"):
                name = func.substr(name, 1, func.instr(name.op("||")(end), end) - 1)
        else:
            name = func.split_part(articles.c.url, "://", 2)
            for end in ("/", ":"):
                name = func.split_part(name, end, 1)
        name = func.lower(name)
        return and_(
            articles.c.url.contains("://"),
            or_(name == host, name.endswith(f".{host}", autoescape=True)),
        )

    def _theme(self, slug: str) -> ColumnElement[bool]:
        """By the themes beside the number where there is one: no article is read for it."""
        of_slug = numbered_for_theme if self._is_numbered else counts_for_theme
        return of_slug(self._database, slug)

    def _state(self, state: ArticleState) -> ColumnElement[bool]:
        if state in _ALERT_STATES:
            return _has_alert(_ALERT_STATES[state])
        if state in self._queues:
            return self._queues[state]
        return _STATES.get(state, false())


def number_in(database: Database, numbers: Sequence[int]) -> ColumnElement[bool]:
    """The article has one of these numbers, however many they are."""
    if database.is_sqlite:
        listed = func.json_each(json.dumps(list(numbers))).table_valued("value")
        return article_numbers.c.number.in_(select(listed.c.value))
    return article_numbers.c.number == func.any(postgresql_values.numbers(numbers))


def _has_alert(state: AlertState) -> ColumnElement[bool]:
    """Whether an alert about the article is in this state."""
    return (
        select(alerts.c.key)
        .join(alert_articles, alert_articles.c.alert_key == alerts.c.key)
        .where(alert_articles.c.article_key == articles.c.key, alerts.c.state == state)
        .exists()
    )


def _period(period: Period) -> ColumnElement[bool]:
    when = articles.c.seen_at if period.field == "seen" else articles.c.published_at
    limits: list[ColumnElement[bool]] = [when.is_not(None)]
    if period.since is not None:
        limits.append(when >= period.since)
    if period.until is not None:
        limits.append(when < period.until)
    return and_(*limits)
