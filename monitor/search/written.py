"""A search question in its canonical writing: parsed again, it is the same tree."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from monitor.search.question import (
    AllOf,
    AnyOf,
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
from monitor.text.formats import rfc3339

_SECOND = timedelta(seconds=1)
_PLAIN_VALUE = re.compile(r"\w[\w.-]*")  # of a field; any other stands in quotation marks
_PLAIN_WORD = re.compile(r"(?!(?:AND|OR|NOT)\b)\w[\w-]*")


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
    return _condition(node)


def _condition(node: Condition) -> str:
    match node:
        case Words(words, where, any_ending):
            field = "" if where is Where.ANYWHERE else f"{where}:"
            star = "*" if any_ending else ""
            is_plain = _PLAIN_WORD.fullmatch(words)
            return f"{field}{words}{star}" if is_plain else f'{field}"{words}{star}"'
        case MatchesPattern(pattern):
            return f"/{pattern}/"
        case ThemeProbability(slug, comparison, number):
            return f"theme:{slug}{comparison}{_decimal(number)}"
        case Score(comparison, number):
            return f"score{comparison}{_decimal(number)}"
        case NearLine(distance):
            return f"near:{_decimal(distance)}"
        case StatesFigure(kind, comparison, number) if comparison:
            return f"figure:{kind}{comparison}{_decimal(number)}"
        case Period(field, since, until):
            return f"{field}:{_second(since)}..{_second(until - _SECOND if until else None)}"
    return _simple_field(node)


# The fields whose condition has one text; every other is written above.
_FIELDS: dict[type, tuple[str, str]] = {
    OfTheme: ("theme", "slug"),
    OfTopic: ("topic", "name"),
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
    value = str(getattr(node, attribute))
    return f"{name}:{value}" if _PLAIN_VALUE.fullmatch(value) else f'{name}:"{value}"'


def field_name(condition: Condition) -> str:
    """The field by which the condition is written; empty for one that has several."""
    return _FIELDS[type(condition)][0] if type(condition) in _FIELDS else ""


def _decimal(number: float) -> str:
    return f"{number:.9f}".rstrip("0").rstrip(".")


def _second(when: datetime | None) -> str:
    return rfc3339(when).removesuffix("Z") if when else ""
