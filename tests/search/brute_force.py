"""The search by brute force: a question asked of each article in turn, without any index.

What an article has by itself, the evaluator of filters answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor.domain.articles import Article, Mark
from monitor.domain.feeds import Feed
from monitor.search import evaluator, feed_names
from monitor.search.feed_names import NamedFeed
from monitor.search.question import (
    ArticleState,
    Condition,
    InState,
    MatchesPattern,
    Question,
    Sort,
    Words,
)


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is searched, in the order in which it was stored."""

    articles: Sequence[Article]
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    marks: Mapping[str, Sequence[Mark]] = field(default_factory=dict)
    alert_states: Mapping[str, set[str]] = field(default_factory=dict)  # by article key
    # Article key and words → whether it has them: reading a text takes most of the time.
    known: dict[tuple[str, Words], bool] = field(default_factory=dict)

    @property
    def names(self) -> list[NamedFeed]:
        """The feeds as questions may call them."""
        return [NamedFeed(feed.key, feed.title, feed.tags) for feed in self.feeds.values()]


def answers(question: Question, corpus: Corpus) -> list[str]:
    """The keys of the articles that the question finds, in its order."""
    numbered = [
        (number, article)
        for number, article in enumerate(corpus.articles)
        if question.tree is None or meets(article, question, corpus)
    ]
    if question.sort is Sort.SCORE:
        numbered.sort(key=lambda pair: (-pair[1].decision.score, -pair[0]))
    elif question.sort is Sort.NEW:
        numbered.reverse()
    return [article.key for _, article in numbered]


def meets(article: Article, question: Question, corpus: Corpus) -> bool:
    """Whether an article meets a question that asks for something."""
    assert question.tree is not None
    feeds = feed_names.feed_keys(question.tree, corpus.names)

    def meets_leaf(leaf: Condition) -> bool:
        if isinstance(leaf, InState) and leaf.state not in evaluator.OWN_STATES:
            return is_in(article, leaf.state, corpus)
        if isinstance(leaf, MatchesPattern):
            text = f"{article.entry.title}\n{article.entry.text[:20_000]}"
            return question.patterns[leaf.pattern](text)
        if not isinstance(leaf, Words):
            return evaluator.meets_condition(article, leaf, feeds)
        has_words = corpus.known.get((article.key, leaf))
        if has_words is None:
            has_words = evaluator.meets_condition(article, leaf, feeds)
            corpus.known[article.key, leaf] = has_words
        return has_words

    return evaluator.evaluate(question.tree, meets_leaf)


def is_in(article: Article, state: ArticleState, corpus: Corpus) -> bool:
    """Whether an article is in a state that marks, alerts or other articles give it."""
    outcomes = {mark.relevant for mark in corpus.marks.get(article.key, ())}
    copies = [other for other in corpus.articles if other.copy_key == article.copy_key]
    states = corpus.alert_states.get(article.key, set())
    return {
        ArticleState.MARKED: bool(outcomes),
        ArticleState.UNMARKED: not outcomes,
        ArticleState.RELEVANT: True in outcomes,
        ArticleState.IRRELEVANT: False in outcomes,
        ArticleState.CONTESTED: len(outcomes) == 2,
        ArticleState.COPIED: len(copies) > 1,
        ArticleState.TOLD: "sent" in states,
        ArticleState.SILENCED: "silenced" in states,
        ArticleState.HELD: "held" in states,
    }[state]
