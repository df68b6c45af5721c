"""The search by brute force: a question asked of each article in turn, without any index."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from monitor.domain.articles import Article, Decision, Mark
from monitor.domain.feeds import Feed
from monitor.search.question import (
    AllOf,
    AnyOf,
    ArticleState,
    DecisiveTerm,
    FromFeed,
    InState,
    Language,
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
    ThemeProbability,
    Where,
    Words,
)
from monitor.search.tokeniser import Phrase, index_tokens, question_phrase

_COMPARE = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is searched, in the order in which it was stored."""

    articles: Sequence[Article]
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    marks: Mapping[str, Sequence[Mark]] = field(default_factory=dict)
    alert_states: Mapping[str, set[str]] = field(default_factory=dict)  # by article key


def answers(question: Question, corpus: Corpus) -> list[str]:
    """The keys of the articles that the question finds, in its order."""
    numbered = [
        (number, article)
        for number, article in enumerate(corpus.articles)
        if question.tree is None or meets(article, question.tree, corpus)
    ]
    if question.sort is Sort.SCORE:
        numbered.sort(key=lambda pair: (-pair[1].decision.score, -pair[0]))
    elif question.sort is Sort.NEW:
        numbered.reverse()
    return [article.key for _, article in numbered]


def meets(article: Article, node: Node, corpus: Corpus) -> bool:
    """Whether an article meets a condition."""
    if isinstance(node, AllOf):
        return all(meets(article, part, corpus) for part in node.parts)
    if isinstance(node, AnyOf):
        return any(meets(article, part, corpus) for part in node.parts)
    if isinstance(node, Not):
        return not meets(article, node.part, corpus)
    if isinstance(node, Words):
        return has_words(article, node)
    return meets_number(article, node) or meets_field(article, node, corpus)


def meets_number(article: Article, node: Node) -> bool:
    """Whether a number or a time of the article lies within a condition."""
    decision = article.decision
    match node:
        case ThemeProbability(slug, comparison, number):
            value = decision.themes.get(slug)
            return value is not None and bool(_COMPARE[comparison](value, number))
        case Score(comparison, number):
            return bool(_COMPARE[comparison](decision.score, number))
        case Period(name, since, until):
            when = article.seen_at if name == "seen" else article.entry.published_at
            return bool(when and (not since or when >= since) and (not until or when < until))
    return False


def meets_field(article: Article, node: Node, corpus: Corpus) -> bool:
    """Whether a field of the article is as a condition names it."""
    entry, decision = article.entry, article.decision
    language, host = (entry.language or "").lower(), urlsplit(entry.url or "").hostname or ""
    match node:
        case OfTheme(slug):
            return slug in decision.labels
        case FromFeed(reference):
            return is_from(article, reference, corpus)
        case Language(code):
            return language == code or language.startswith(f"{code}-")
        case Site(name):
            return host == name or host.endswith(f".{name}")
        case InState(state):
            return is_in(article, state, corpus)
    return is_decided_by(decision, node)


def is_decided_by(decision: Decision, node: Node) -> bool:
    """Whether a condition names what decided."""
    match node:
        case RuleMatched(name):
            return name in [hit.rule for hit in decision.rules]
        case Reason(reason):
            return decision.reason == reason
        case DecisiveTerm(text):
            return bool({text, text.lower()} & {term.text for term in decision.terms})
    return False


def is_from(article: Article, reference: str, corpus: Corpus) -> bool:
    feed = corpus.feeds.get(article.feed_key)
    if article.feed_key == reference or feed is None:
        return article.feed_key == reference
    folded = reference.casefold()
    by_key = len(reference) >= 6 and feed.key.startswith(reference)
    return by_key or folded in feed.title.casefold() or folded in map(str.casefold, feed.tags)


def is_in(article: Article, state: ArticleState, corpus: Corpus) -> bool:
    decision = article.decision
    outcomes = {mark.relevant for mark in corpus.marks.get(article.key, ())}
    copies = [other for other in corpus.articles if other.copy_key == article.copy_key]
    states = corpus.alert_states.get(article.key, set())
    return {
        ArticleState.FLAGGED: decision.relevant,
        ArticleState.REJECTED: not decision.relevant,
        ArticleState.NEAR: abs(decision.score - decision.threshold) <= 0.05,
        ArticleState.MARKED: bool(outcomes),
        ArticleState.UNMARKED: not outcomes,
        ArticleState.RELEVANT: True in outcomes,
        ArticleState.IRRELEVANT: False in outcomes,
        ArticleState.CONTESTED: len(outcomes) == 2,
        ArticleState.BACKLOG: article.backlog,
        ArticleState.EDITED: article.edits > 0,
        ArticleState.COPIED: len(copies) > 1,
        ArticleState.TOLD: "sent" in states,
        ArticleState.SILENCED: "silenced" in states,
        ArticleState.HELD: "held" in states,
    }[state]


def has_words(article: Article, words: Words) -> bool:
    entry = article.entry
    phrase = question_phrase(words.words, any_ending=words.any_ending)
    title, text = [entry.title], [entry.text[:20_000]]
    places = {
        Where.ANYWHERE: title + text,
        Where.TITLE: title,
        Where.TEXT: text,
        Where.AUTHOR: [entry.author or ""],
        Where.TAG: entry.tags,
    }
    return any(is_found(phrase, index_tokens(place)) for place in places[words.where])


def is_found(phrase: Phrase, tokens: Sequence[str]) -> bool:
    """Whether these tokens hold the phrase."""
    length = len(phrase.tokens)
    for start in range(len(tokens) - length + 1):
        *whole, last = tokens[start : start + length]
        end = phrase.tokens[-1]
        ends = last.startswith(end) if phrase.is_prefix else last == end
        if ends and tuple(whole) == phrase.tokens[:-1]:
            return True
    return False
