"""Search evaluator: whether one article meets a question, without an index.

The same answers as the index of each database: `python -m tests.search.same` compares them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache

from monitor.domain.articles import Article, Decision
from monitor.domain.tiers import Tier
from monitor.search.question import (
    AllOf,
    AnyOf,
    ArticleState,
    Comparison,
    Condition,
    DecisiveTerm,
    FromFeed,
    InState,
    Language,
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
    ThemeProbability,
    Where,
    Words,
)
from monitor.search.tokeniser import MAX_TEXT, Phrase, index_tokens, question_phrase

# Feed reference of a question → the keys of the feeds that it names.
FeedKeys = Mapping[str, Collection[str]]

# States that an article has by itself; the others need marks, alerts or other articles.
OWN_STATES = frozenset(
    {
        ArticleState.FLAGGED,
        ArticleState.REJECTED,
        ArticleState.NEAR,
        ArticleState.REVIEW,
        ArticleState.BACKLOG,
        ArticleState.EDITED,
    }
)
NEAR_LINE = 0.05  # of its threshold, on either side
_COMPARE: Mapping[Comparison, Callable[[float, float], bool]] = {
    Comparison.ABOVE: operator.gt,
    Comparison.AT_LEAST: operator.ge,
    Comparison.BELOW: operator.lt,
    Comparison.AT_MOST: operator.le,
}


def evaluate(node: Node, meets: Callable[[Condition], bool]) -> bool:
    """Whether the tree holds, by what `meets` says of each condition."""
    if isinstance(node, AllOf):
        return all(evaluate(part, meets) for part in node.parts)
    if isinstance(node, AnyOf):
        return any(evaluate(part, meets) for part in node.parts)
    if isinstance(node, Not):
        return not evaluate(node.part, meets)
    return meets(node)


def is_decidable(condition: Condition) -> bool:
    """Whether an article alone answers the condition."""
    if isinstance(condition, InState):
        return condition.state in OWN_STATES
    return isinstance(condition, _DECIDABLE)


def meets_condition(article: Article, condition: Condition, feeds: FeedKeys) -> bool:
    """Whether an article meets a condition that it answers alone.

    Raise TypeError for another one.
    """
    if isinstance(condition, Words):
        return _has_words(article, condition)
    if isinstance(condition, Score | NearLine | ThemeProbability | Period):
        return _is_within(article, condition)
    entry = article.entry
    match condition:
        case FromFeed(reference):
            return article.feed_key in feeds.get(reference, ())
        case Language(code):
            language = (entry.language or "").lower()
            return language == code or language.startswith(f"{code}-")
        case Site(host):
            name = _host(entry.url or "")
            return name == host or name.endswith(f".{host}")
        case InState(state) if state in OWN_STATES:
            return _is_in(article, state)
        case OfTopic(name):
            return name in article.topics
    return _is_decided_by(article.decision, condition)


def _is_within(article: Article, condition: Score | NearLine | ThemeProbability | Period) -> bool:
    match condition:
        case NearLine(distance):
            return abs(article.decision.score - article.decision.threshold) <= distance
        case Score(comparison, number):
            return _COMPARE[comparison](article.decision.score, number)
        case ThemeProbability(slug, comparison, number):
            probability = article.decision.themes.get(slug)
            return probability is not None and _COMPARE[comparison](probability, number)
        case Period(field, since, until):
            when = article.seen_at if field == "seen" else article.entry.published_at
            if when is None:
                return False
            return (since is None or when >= since) and (until is None or when < until)


def _is_in(article: Article, state: ArticleState) -> bool:
    decision = article.decision
    return {
        ArticleState.FLAGGED: decision.relevant,
        ArticleState.REJECTED: not decision.relevant,
        ArticleState.NEAR: abs(decision.score - decision.threshold) <= NEAR_LINE,
        ArticleState.REVIEW: decision.tier is Tier.REVIEW and not article.backlog,
        ArticleState.BACKLOG: article.backlog,
        ArticleState.EDITED: article.edits > 0,
    }[state]


def _is_decided_by(decision: Decision, condition: Condition) -> bool:
    match condition:
        case OfTheme(slug):
            return slug in decision.labels
        case RuleMatched(name):
            return any(hit.rule == name for hit in decision.rules)
        case Reason(reason):
            return decision.reason == reason
        case DecisiveTerm(text):
            return any(term.text.lower() == text.lower() for term in decision.terms)
    raise TypeError(f"{type(condition).__name__} can't be decided by an article alone")


_DECIDABLE = (
    Words, Score, NearLine, ThemeProbability, Period, FromFeed, Language, Site, OfTheme, OfTopic,
    RuleMatched, Reason, DecisiveTerm,
)  # fmt: skip


def _host(url: str) -> str:
    """The text between "://" and the next slash, without its port."""
    _, separator, rest = url.partition("://")
    return rest.partition("/")[0].partition(":")[0].lower() if separator else ""


def _has_words(article: Article, words: Words) -> bool:
    entry = article.entry
    phrase = question_phrase(words.words, any_ending=words.any_ending)
    places: Mapping[Where, Sequence[str]] = {
        Where.ANYWHERE: (entry.title, entry.text[:MAX_TEXT]),
        Where.TITLE: (entry.title,),
        Where.TEXT: (entry.text[:MAX_TEXT],),
        Where.AUTHOR: (entry.author or "",),
        Where.TAG: entry.tags,
    }
    return any(_has_phrase(_tokens(place), phrase) for place in places[words.where])


@lru_cache(maxsize=8)
def _tokens(text: str) -> tuple[str, ...]:
    """The tokens of a text, kept for the next filter that asks of the same article."""
    return tuple(index_tokens(text))


def _has_phrase(tokens: Sequence[str], phrase: Phrase) -> bool:
    *whole, end = phrase.tokens
    length = len(whole)
    for start in range(len(tokens) - length):
        last = tokens[start + length]
        ends = last.startswith(end) if phrase.is_prefix else last == end
        if ends and list(tokens[start : start + length]) == whole:
            return True
    return False
