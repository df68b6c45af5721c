"""Fields of search questions: the value after each name becomes a condition, or is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from monitor.domain.articles import DecisionReason
from monitor.domain.keys import SHORTEST_BEGINNING
from monitor.search import periods
from monitor.search.question import (
    AllOf,
    ArticleState,
    Comparison,
    DecisiveTerm,
    FromFeed,
    InState,
    InStory,
    Language,
    NamesClaimant,
    NearLine,
    Node,
    OfTheme,
    OfTopic,
    Period,
    Reason,
    RuleMatched,
    Score,
    Site,
    StatesFigure,
    ThemeProbability,
    Where,
)
from monitor.search.saved_search import SavedSearch

E = TypeVar("E", bound=StrEnum)

_SLUG = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KEY = re.compile(rf"[0-9A-Fa-f]{{{SHORTEST_BEGINNING},64}}")
_HOST = re.compile(r"[\w.-]{1,253}")
_COMPARED = re.compile(r"(?P<slug>[^<>=]*)(?P<comparison>>=|<=|>|<)(?P<number>.*)")
_AMOUNT = re.compile(r"\d{1,15}(?:\.\d{1,6})?", re.ASCII)
_NUMBER = re.compile(r"\d?\.?\d{1,9}", re.ASCII)

# Fields whose values are words to search for.
WORD_FIELDS = {"title": Where.TITLE, "text": Where.TEXT, "author": Where.AUTHOR, "tag": Where.TAG}


@dataclass(frozen=True, slots=True)
class ParseContext:
    """What dates and names in a question refer to."""

    now: datetime
    zone: tzinfo  # of dates without one
    saved: Mapping[str, SavedSearch] = field(default_factory=dict)  # by name in lower case
    within: tuple[str, ...] = ()  # the saved searches, in lower case, that this question is part of

    def of_saved(self, name: str) -> tuple[str, ParseContext]:
        """The question of a saved search, and the context to read it in.  Raise ValueError."""
        folded = name.casefold()
        search = self.saved.get(folded)
        if folded in self.within:
            raise ValueError(f"{name!r} is part of its own question: remove one of the two")
        if search is None:
            names = [search.name for search in self.saved.values()]
            hint = suggestion(name, names) if names else "there are none yet"
            raise ValueError(f"no saved search {name!r}: {hint}")
        context = replace(self, zone=search.dates_zone, within=(*self.within, folded))
        return search.question, context


Reader = Callable[[str, ParseContext], Node]


def _theme(value: str, context: ParseContext) -> Node:
    if match := _COMPARED.fullmatch(value):
        number = _probability(match["number"])
        return ThemeProbability(_slug(match["slug"]), Comparison(match["comparison"]), number)
    return OfTheme(_slug(value))


def _slug(value: str) -> str:
    if not _SLUG.fullmatch(value):
        raise ValueError(f"{value!r} is no theme: write its short name, such as theme:arms")
    return value


def _topic(value: str, context: ParseContext) -> Node:
    return OfTopic(value)


def _score(value: str, context: ParseContext) -> Node:
    low, dots, high = value.partition("..")
    if not dots:
        raise ValueError(f"write score>{value} or a range, such as score:0.4..0.6")
    lowest, highest = _probability(low), _probability(high)
    if lowest > highest:
        raise ValueError(f"{value!r} ends before it begins: exchange the numbers")
    return AllOf((Score(Comparison.AT_LEAST, lowest), Score(Comparison.AT_MOST, highest)))


def compared_score(operator: str, value: str) -> Node:
    """The condition of "score>0.5".  Raise ValueError."""
    return Score(Comparison(operator), _probability(value))


def _probability(text: str) -> float:
    if not _NUMBER.fullmatch(text) or not 0 <= float(text) <= 1:
        raise ValueError(f"{text!r} is no number from 0 to 1: write 0.5, for example")
    return float(text)


def _feed(value: str, context: ParseContext) -> Node:
    return FromFeed(value)


def _language(value: str, context: ParseContext) -> Node:
    if not _SLUG.fullmatch(value):
        raise ValueError(f"{value!r} is no language: write its code, such as lang:ko")
    return Language(value.lower())


def _site(value: str, context: ParseContext) -> Node:
    if not _HOST.fullmatch(value):
        raise ValueError(f"{value!r} is no host: write it without path, such as site:example.org")
    return Site(value.lower().removeprefix("www."))


def _story(value: str, context: ParseContext) -> Node:
    if not _KEY.fullmatch(value):
        raise ValueError(
            f"{value!r} is no story: write its key or {SHORTEST_BEGINNING} digits of it (0-9, a-f)"
        )
    return InStory(value.lower())


def _figure(value: str, context: ParseContext) -> Node:
    match = _COMPARED.fullmatch(value)
    if not match:
        return StatesFigure(_kind(value))
    if not _AMOUNT.fullmatch(match["number"]):
        raise ValueError(f"{match['number']!r} is no number: write figure:killed>500, for example")
    comparison = Comparison(match["comparison"])
    return StatesFigure(_kind(match["slug"]), comparison, float(match["number"]))


def _kind(value: str) -> str:
    if not _SLUG.fullmatch(value):
        raise ValueError(f"{value!r} is no kind of figure: write its name, such as figure:killed")
    return value.lower()


def _near(value: str, context: ParseContext) -> Node:
    return NearLine(_probability(value))


def _claimant(value: str, context: ParseContext) -> Node:
    return NamesClaimant(value.lower())


def _rule(value: str, context: ParseContext) -> Node:
    return RuleMatched(value)


def _term(value: str, context: ParseContext) -> Node:
    return DecisiveTerm(value)


def _reason(value: str, context: ParseContext) -> Node:
    return Reason(_choice(value, DecisionReason).value)


def _state(value: str, context: ParseContext) -> Node:
    return InState(_choice(value, ArticleState))


def _choice(value: str, choices: type[E]) -> E:
    """Raise ValueError with the nearest choice, or all."""
    try:
        return choices(value.lower())
    except ValueError:
        raise ValueError(f"{value!r} is not known: {suggestion(value, choices)}") from None


def suggestion(value: str, names: Iterable[str]) -> str:
    """The name that the value is probably meant to be, or all names."""
    sorted_names = sorted(map(str, names))
    close = get_close_matches(value.lower(), sorted_names, n=1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(sorted_names)}"


def _seen(value: str, context: ParseContext) -> Node:
    return Period("seen", *periods.period_of_range(value, context.zone))


def _published(value: str, context: ParseContext) -> Node:
    return Period("published", *periods.period_of_range(value, context.zone))


def _since(value: str, context: ParseContext) -> Node:
    return Period("seen", periods.instant(value, context.now, context.zone), None)


def _before(value: str, context: ParseContext) -> Node:
    return Period("seen", None, periods.instant(value, context.now, context.zone))


READERS: dict[str, Reader] = {
    "theme": _theme,
    "topic": _topic,
    "feed": _feed,
    "lang": _language,
    "site": _site,
    "score": _score,
    "near": _near,
    "is": _state,
    "story": _story,
    "figure": _figure,
    "claimant": _claimant,
    "rule": _rule,
    "reason": _reason,
    "term": _term,
    "seen": _seen,
    "published": _published,
    "since": _since,
    "before": _before,
}
NAMES = (*WORD_FIELDS, *READERS, "saved", "sort")
