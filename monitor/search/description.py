"""A search question in words, for people, and in its canonical form, for programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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
    NamesClaimant,
    Node,
    Not,
    OfTheme,
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
from monitor.text.formats import rfc3339

_SECOND = timedelta(seconds=1)
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


def describe(question: Question) -> str:
    """The whole question: "has “Kursk” · not: language ru · newest first"; times are UTC."""
    return " · ".join(describe_parts(question))


def describe_parts(question: Question) -> tuple[str, ...]:
    """Each condition that an article must meet, in words, and the order of the answers."""
    tree = question.tree
    parts = tree.parts if isinstance(tree, AllOf) else (tree,) if tree else ()
    conditions = [_in_words(part) for part in parts] or ["every article"]
    return (*conditions, _ORDERS[question.sort])


def _in_words(node: Node) -> str:
    if isinstance(node, AnyOf):
        return " or ".join(_bracketed(part) for part in node.parts)
    if isinstance(node, AllOf):
        return " and ".join(_bracketed(part) for part in node.parts)
    if isinstance(node, Not):
        return f"not: {_bracketed(node.part)}"
    return _condition_in_words(node)


def _bracketed(node: Node) -> str:
    words = _in_words(node)
    return f"({words})" if isinstance(node, AllOf | AnyOf) else words


def _condition_in_words(node: Condition) -> str:
    match node:
        case Words(words, where, any_ending):
            return f"{_PLACES[where]} “{words}{'…' if any_ending else ''}”"
        case OfTheme(slug):
            return f"about {slug}"
        case ThemeProbability(slug, comparison, number):
            return f"probability of {slug} {_COMPARISONS[comparison]} {number:g}"
        case Score(comparison, number):
            return f"score {_COMPARISONS[comparison]} {number:g}"
        case Period():
            return _period_in_words(node)
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
        case StatesFigure(kind):
            return f"with figures: {kind}"
        case NamesClaimant(name):
            return f"with figures claimed by “{name}”"
    raise TypeError(f"{type(node).__name__} has no words")


def _state(node: Reason | InState) -> str:
    if isinstance(node, Reason):
        return f"decided because: {node.reason}"
    return "near its threshold" if node.state is ArticleState.NEAR else f"is {node.state}"


def _period_in_words(period: Period) -> str:
    words = [period.field]
    if period.since:
        words.append(f"since {_minute(period.since)}")
    if period.until:
        words.append(f"before {_minute(period.until)}")
    return " ".join(words)


def _minute(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def canonical(question: Question) -> str:
    """The question in one way of writing: parsed again (in UTC), it is the same tree."""
    tree = "" if question.tree is None else _written(question.tree)
    order = "" if question.sort is Sort.NEW else f"sort:{question.sort}"
    return " ".join(part for part in (tree, order) if part)


def _written(node: Node) -> str:
    if isinstance(node, AnyOf):
        return " OR ".join(_written(part) for part in node.parts)
    if isinstance(node, AllOf):
        return " ".join(
            f"({_written(part)})" if isinstance(part, AnyOf) else _written(part)
            for part in node.parts
        )
    if isinstance(node, Not):
        inner = _written(node.part)
        return f"-({inner})" if isinstance(node.part, AllOf | AnyOf) else f"-{inner}"
    match node:
        case Words(words, where, any_ending):
            field = "" if where is Where.ANYWHERE else f"{where}:"
            return f'{field}"{words}{"*" if any_ending else ""}"'
        case ThemeProbability(slug, comparison, number):
            return f"theme:{slug}{comparison}{_decimal(number)}"
        case Score(comparison, number):
            return f"score{comparison}{_decimal(number)}"
        case Period(field, since, until):
            return f"{field}:{_second(since)}..{_second(until - _SECOND if until else None)}"
    return _simple_field(node)


# The fields whose condition has one text; every other is written above.
_FIELDS: dict[type, tuple[str, str]] = {
    OfTheme: ("theme", "slug"),
    InStory: ("story", "key"),
    StatesFigure: ("figure", "kind"),
    NamesClaimant: ("claimant", "name"),
    FromFeed: ("feed", "reference"),
    Language: ("lang", "code"),
    Site: ("site", "host"),
    RuleMatched: ("rule", "name"),
    Reason: ("reason", "reason"),
    DecisiveTerm: ("term", "text"),
    InState: ("is", "state"),
}


def _simple_field(node: Condition) -> str:
    name, attribute = _FIELDS[type(node)]
    return f'{name}:"{getattr(node, attribute)}"'


def _decimal(number: float) -> str:
    return f"{number:.9f}".rstrip("0").rstrip(".")


def _second(when: datetime | None) -> str:
    return rfc3339(when).removesuffix("Z") if when else ""
