"""A search question in words, for people."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

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
    Question,
    Reason,
    RuleMatched,
    Score,
    Site,
    Sort,
    StatesFigure,
    ThemeProbability,
    Where,
    Words,
)

_PLACES = {
    Where.ANYWHERE: "has",
    Where.TITLE: "headline has",
    Where.TEXT: "text has",
    Where.AUTHOR: "author is",
    Where.TAG: "publisher's tag is",
}
_COMPARISONS = {
    Comparison.ABOVE: "above",
    Comparison.AT_LEAST: "at least",
    Comparison.BELOW: "below",
    Comparison.AT_MOST: "at most",
}
_ORDERS = {Sort.NEW: "newest first", Sort.OLD: "oldest first", Sort.SCORE: "highest score first"}


def describe(question: Question, zone: tzinfo = UTC) -> str:
    """The whole question: "has “Kursk” · not: language ru · newest first"; times in this zone."""
    return " · ".join(describe_parts(question, zone))


def describe_parts(question: Question, zone: tzinfo = UTC) -> tuple[str, ...]:
    """Each condition that an article must meet, in words, and the order of the answers."""
    tree = question.tree
    parts = tree.parts if isinstance(tree, AllOf) else (tree,) if tree else ()
    conditions = [describe_node(part, zone) for part in parts] or ["every article"]
    return (*conditions, _ORDERS[question.sort])


def describe_node(node: Node, zone: tzinfo = UTC) -> str:
    """A part of a question in words; times in this zone."""
    if isinstance(node, AnyOf):
        return " or ".join(_bracketed(part, zone) for part in node.parts)
    if isinstance(node, AllOf):
        return " and ".join(_bracketed(part, zone) for part in node.parts)
    if isinstance(node, Not):
        return f"not: {_bracketed(node.part, zone)}"
    if isinstance(node, Period):
        return _period_in_words(node, zone)
    return _condition_in_words(node)


def _bracketed(node: Node, zone: tzinfo) -> str:
    words = describe_node(node, zone)
    return f"({words})" if isinstance(node, AllOf | AnyOf) else words


def _condition_in_words(node: Condition) -> str:
    match node:
        case Words(words, where, any_ending):
            return f"{_PLACES[where]} “{words}{'…' if any_ending else ''}”"
        case MatchesPattern(pattern):
            return f"matches /{pattern}/"
        case OfTheme(slug):
            return f"about {slug}"
        case OfTopic(name):
            return f"relevant for {name}"
        case ThemeProbability(slug, comparison, number):
            return f"probability of {slug} {_COMPARISONS[comparison]} {number:g}"
        case Score(comparison, number):
            return f"score {_COMPARISONS[comparison]} {number:g}"
        case NearLine(distance):
            return f"score within {distance:g} of its threshold"
    return _simple_condition(node)


def _simple_condition(node: Condition) -> str:
    match node:
        case FromFeed(reference):
            return f"from feed “{reference}”"
        case Language(code):
            return f"language {code}"
        case Site(host):
            return f"on {host}"
        case RuleMatched(name):
            return f"rule “{name}” matched"
        case DecisiveTerm(text):
            return f"term “{text}” counted"
        case Reason() | InState():
            return _state(node)
    return _of_story(node)


def _of_story(node: Condition) -> str:
    match node:
        case InStory(key):
            return f"in story {key}"
        case StatesFigure(kind, None):
            return f"with figures: {kind}"
        case StatesFigure(kind, comparison, number) if comparison:
            return f"with figures: {kind} {_COMPARISONS[comparison]} {number:,g}"
        case NamesClaimant(name):
            return f"with figures claimed by “{name}”"
    raise TypeError(f"{type(node).__name__} has no words")


def _state(node: Reason | InState) -> str:
    if isinstance(node, Reason):
        return f"decided because: {node.reason}"
    if node.state is ArticleState.REVIEW:
        return "in review"
    return "near its threshold" if node.state is ArticleState.NEAR else f"is {node.state}"


def _period_in_words(period: Period, zone: tzinfo) -> str:
    words = [period.field]
    if period.since:
        words.append(f"since {_minute(period.since, zone)}")
    if period.until:
        words.append(f"before {_minute(period.until, zone)}")
    return " ".join(words)


def _minute(when: datetime, zone: tzinfo) -> str:
    return f"{when.astimezone(zone):%Y-%m-%d %H:%M %Z}"
