"""Backtest of every article by both sets of rules, with which trials are compared; outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from monitor.actions.rules.outcomes import Outcomes
from monitor.actions.rules.relevant_articles import RelevantOutcome
from monitor.actions.teaching.backtest import (
    BacktestReport,
    BacktestSide,
    BacktestWindow,
    DecisionChange,
    LabelledShare,
    decision_change,
)
from monitor.actions.teaching.subscription_load import AlertDays, SubscriptionLoad
from monitor.alerts import match
from monitor.classify.rules.decision_rules import DecisionRules
from monitor.domain.alerts import Subscription
from monitor.domain.articles import Article


def listed(outcomes: Outcomes) -> list[tuple[bytes, int, RelevantOutcome]]:
    """The relevant articles, the oldest first."""
    relevant = outcomes.relevant
    named = [relevant.outcomes[number] for number in relevant.outcome_numbers]
    return list(zip(relevant.keys.tolist(), relevant.copy_numbers.tolist(), named, strict=True))


def backtest_rules(
    articles: Iterable[Article],
    subscriptions: Sequence[Subscription],
    *,
    before: DecisionRules | None,
    after: DecisionRules,
    window: BacktestWindow,
    labels: Mapping[str, bool],
) -> BacktestReport:
    """Decide every article by both sets of rules; `before=None` takes the stored decisions.

    `labels` maps keys of marked articles to whether they matter.  Alerts are counted as if today's
    subscriptions had existed all along: one for each subscription and article, none for copies,
    none for the backlog of a first poll.
    """
    sides = _Tally(subscriptions), _Tally(subscriptions)
    packs: Counter[str] = Counter()
    first, count = window.until, 0
    gained: list[DecisionChange] = []
    lost: list[DecisionChange] = []
    for article in articles:
        old_article = before.decided(article) if before else article
        new_article = after.decided(article)
        first = min(first, article.seen_at)
        count += 1
        packs.update(decision.pack for decision in article.decisions)
        for side, decided in zip(sides, (old_article, new_article), strict=True):
            side.add(decided, labels.get(article.key))
        is_flagged = new_article.decision.relevant
        if old_article.decision.relevant != is_flagged:
            change = decision_change(article, old_article, new_article)
            (gained if is_flagged else lost).append(change)
    return BacktestReport(
        articles=count,
        packs=packs,
        days=window.days(first),
        before=sides[0].side(),
        after=sides[1].side(),
        gained=tuple(gained),
        lost=tuple(lost),
        labelled=sides[0].labelled,
    )


@dataclass(slots=True)
class _Tally:
    """Counts one side, one article after another."""

    subscriptions: Sequence[Subscription]
    flagged: int = 0
    alert_days: dict[str, dict[str, date]] = field(default_factory=dict)  # by subscription key
    labelled: int = 0
    matter: int = 0  # marked articles that matter
    marked_and_flagged: int = 0
    right: int = 0  # of those, the articles that matter

    def add(self, article: Article, label: bool | None) -> None:
        decision = article.decision
        if label is not None:
            self.labelled += 1
            self.matter += label
            self.marked_and_flagged += decision.relevant
            self.right += label and decision.relevant
        if not decision.relevant:
            return
        self.flagged += 1
        if article.backlog:
            return
        for subscription in match.recipients(article, self.subscriptions):
            days = self.alert_days.setdefault(subscription.key, {})
            days.setdefault(article.copy_key, article.seen_at.date())  # a copy is the same alert

    def side(self) -> BacktestSide:
        return BacktestSide(
            flagged=self.flagged,
            loads=tuple(
                SubscriptionLoad(
                    key=subscription.key,
                    name=subscription.name,
                    alert_days=AlertDays.of(self.alert_days.get(subscription.key, {})),
                )
                for subscription in self.subscriptions
            ),
            precision=LabelledShare(hits=self.right, n=self.marked_and_flagged),
            recall=LabelledShare(hits=self.right, n=self.matter),
        )
