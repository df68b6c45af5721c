"""Outcomes: what a set of rules says of the stored articles of a span of time.

Kept for the rules in force, so that a draft is compared with them without deciding everything
again: only articles that the draft may change are decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from monitor.actions.rules.relevant_articles import (
    RelevantArticle,
    RelevantArticles,
    RelevantColumns,
    RelevantOutcome,
)
from monitor.actions.teaching.backtest import (
    BacktestSide,
    BacktestWindow,
    LabelledShare,
)
from monitor.actions.teaching.subscription_load import NO_ALERTS, AlertDays, SubscriptionLoad
from monitor.alerts import match
from monitor.charts.score_bars import ScoreCount, score_point
from monitor.classify.rules.decision_rules import DecisionRules
from monitor.domain.alerts import Subscription
from monitor.domain.articles import Article, Decision, RuleAction, RuleHit
from monitor.domain.topics.topic_decisions import with_decisions

# Articles between two reports of progress, at which a run in a service gives way to pages.
REPORTED = 20
_STRENGTH = {RuleAction.BOOST: 0, RuleAction.FLAG: 1, RuleAction.DROP: 2}


@dataclass(slots=True)
class RuleHits:
    """How often a rule applied."""

    count: int = 0
    last_at: datetime | None = None
    # Another rule that makes this one superfluous where both apply → how often both applied.
    covered_by: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """The outcomes of all articles of a span."""

    window: BacktestWindow
    articles: int
    packs: Mapping[str, int]  # pack → articles that it judged
    first: datetime  # when the first article was seen; the end of the window where there is none
    relevant: RelevantArticles
    hits: Mapping[str, RuleHits]  # by name of the rule
    scores: Mapping[str, Mapping[int, ScoreCount]]  # topic → whole per cent of the score → articles
    pruned_texts: int = 0  # articles of the span that can't be decided: their text was pruned

    @property
    def days(self) -> float:
        """The length of the span that has articles, in days; at least one."""
        return self.window.days(self.first)

    @cached_property
    def alert_days(self) -> Mapping[str, AlertDays]:
        """By key of the subscriptions that receive any.

        Counted once: each draft is compared with the same rules in force.
        """
        return {key: self.relevant.alert_days(key) for key in self.relevant.receivers()}

    def flagged(self, topic: str) -> int:
        """How many articles are relevant for the topic."""
        if len(self.scores) == 1:  # of one topic, also those that a pack of another name judged
            return len(self.relevant)
        return self.relevant.of_topic(topic)


class OutcomeCounts:
    """Outcomes of a span while its articles come in."""

    def __init__(self, rules: DecisionRules, window: BacktestWindow) -> None:
        self._window = window
        self._further = {other.topic for other in rules.further}
        self._first_topic = rules.topic
        self._relevant = RelevantColumns()
        self.articles = 0
        self.packs: Counter[str] = Counter()
        self._hits: dict[str, RuleHits] = {}
        self._scores: dict[str, dict[int, ScoreCount]] = {
            topic.topic: {} for topic in rules.of_topics
        }

    def add(self, article: Article, decisions: Sequence[Decision]) -> None:
        """Count an article that is decided so; its outcome is added where it is relevant."""
        self.articles += 1
        self.packs.update(decision.pack for decision in article.decisions)
        for decision in decisions:
            self.count_hits(decision.rules, article.seen_at)
            topic = self.topic_of(decision.topic)
            self.count_score(topic, score_point(decision.score), relevant=decision.relevant)

    def add_relevant(self, outcome: RelevantArticle) -> None:
        """The outcome of the next article that is relevant, the oldest first."""
        self._relevant.add(outcome)

    def topic_of(self, topic: str) -> str:
        """The topic that a decision counts for: the first one, unless it is on a further one."""
        return topic if topic in self._further else self._first_topic

    def count_score(self, topic: str, point: int, *, relevant: bool, number: int = 1) -> None:
        """Count articles with this whole per cent of the score."""
        counts = self._scores[topic]
        before = counts.get(point, ScoreCount())
        counts[point] = ScoreCount(
            flagged=before.flagged + number * relevant,
            rejected=before.rejected + number * (not relevant),
        )

    def count_hits(self, rules: Sequence[RuleHit], at: datetime) -> None:
        """Count the rules that apply to an article seen then."""
        for hit in rules:
            counted = self._hits.setdefault(hit.rule, RuleHits())
            counted.count += 1
            counted.last_at = max(at, counted.last_at or at)
            counted.covered_by.update(
                other.rule for other in rules if other.rule != hit.rule and _covers(other, hit)
            )

    def outcomes(self, first: datetime | None, pruned_texts: int = 0) -> Outcomes:
        """All that came in; `first` is when the first article was seen."""
        return Outcomes(
            window=self._window,
            articles=self.articles,
            packs=self.packs,
            first=self._window.until if first is None else first,
            relevant=self._relevant.articles(),
            hits=self._hits,
            scores=self._scores,
            pruned_texts=pruned_texts,
        )


def decide_all(
    articles: Iterable[Article],
    rules: DecisionRules,
    subscriptions: Sequence[Subscription],
    window: BacktestWindow,
    on_progress: Callable[[int], None] = lambda count: None,
) -> Outcomes:
    """Decide the articles of the window, which come oldest first.

    `on_progress` is called with the number of articles that are done.
    """
    counts = OutcomeCounts(rules, window)
    first: datetime | None = None
    for article in articles:
        if article.seen_at > window.until:
            break
        if counts.articles % REPORTED == 0:
            on_progress(counts.articles)
        first = first or article.seen_at
        decisions = rules.decisions(article, with_terms=False)
        counts.add(article, decisions)
        outcome = outcome_of(article, decisions, subscriptions)
        if outcome is not None:
            counts.add_relevant(outcome)
    return counts.outcomes(first)


def _covers(other: RuleHit, hit: RuleHit) -> bool:
    """Whether the article is decided alike without `hit`: its theme counts only with a flag."""
    is_stronger = _STRENGTH[other.action] > _STRENGTH[hit.action]
    is_same = other.action is hit.action and other.action is not RuleAction.BOOST
    if other.action is RuleAction.DROP:
        return is_stronger or is_same
    return (is_stronger or is_same) and hit.theme in (None, other.theme)


def outcome_of(
    article: Article, decisions: Sequence[Decision], subscriptions: Sequence[Subscription]
) -> RelevantArticle | None:
    """The outcome of an article with these decisions, the leading one first.

    None when it is not relevant.  The backlog of a first poll causes no alert.
    """
    if not decisions[0].relevant:
        return None
    receivers: tuple[str, ...] = ()
    if not article.backlog:
        decided = with_decisions(article, decisions)
        receivers = tuple(each.key for each in match.recipients(decided, subscriptions))
    return RelevantArticle(
        key=article.key,
        copy_key=article.copy_key,
        outcome=RelevantOutcome(
            topics=tuple(each.topic for each in decisions if each.relevant),
            receivers=receivers,
            day=article.seen_at.date(),
        ),
    )


def side_of(
    outcomes: Outcomes, subscriptions: Sequence[Subscription], labels: Mapping[str, bool]
) -> BacktestSide:
    """The counts of one set of rules; `labels` maps marked articles of the window to the mark."""
    marks = [labels[key] for key in outcomes.relevant.among(labels)]
    right = sum(marks)
    return BacktestSide(
        flagged=len(outcomes.relevant),
        loads=tuple(
            SubscriptionLoad(
                key=subscription.key,
                name=subscription.name,
                alert_days=outcomes.alert_days.get(subscription.key, NO_ALERTS),
            )
            for subscription in subscriptions
        ),
        precision=LabelledShare(hits=right, n=len(marks)),
        recall=LabelledShare(hits=right, n=sum(labels.values())),
    )
