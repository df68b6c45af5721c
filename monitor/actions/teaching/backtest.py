"""Backtest of keyword rules: what a change would have flagged and alerted, why, and its warnings.

Nothing is fetched, and hardly anything is judged again: the pack's scores are stored with each
decision, and mostly only rules and threshold differ.  Only an article that names one of the
operator's own lexicon entries is judged anew.
"""

from __future__ import annotations

import enum
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.actions.as_json import JsonObject
from monitor.actions.teaching.subscription_load import SubscriptionLoad
from monitor.domain.articles import Article, Decision, DecisionReason, RuleAction, RuleHit
from monitor.domain.topics.topic_decisions import decision_on

# Marked articles below which a percentage would only look like knowledge.
MIN_SAMPLE = 20
_Z = 1.959963984540054  # standard deviations that hold 95 % of a normal distribution
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestWindow:
    """The span of time whose articles are decided again."""

    since: datetime
    until: datetime

    def days(self, first: datetime) -> float:
        """Days from the first article, or from `since`, to `until`; at least one."""
        start = self.since if first >= self.until else max(first, self.since)
        return max(1.0, (self.until - start) / _DAY)


class ChangeCause(enum.StrEnum):
    """What made an article relevant, or no longer relevant."""

    APPLIES = "applies"  # a rule that did not apply before
    LIFTED = "lifted"  # a rule that no longer applies
    ALTERED = "altered"  # a rule that has another effect than before
    THRESHOLD = "threshold"
    LEXICON = "lexicon"  # the operator's entries moved the pack's score
    SCORE = "score"  # none of these: the stored score differs from the one that decided


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionCause:
    """One reason of a change; `hit` is the rule as it applies now, or as it applied before."""

    why: ChangeCause
    hit: RuleHit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionChange:
    """An article that is relevant on one side only."""

    article: Article
    before: Decision
    after: Decision

    @property
    def causes(self) -> tuple[DecisionCause, ...]:
        """The causes of the change, rules first; at least one."""
        return change_causes(self.before, self.after)

    @property
    def topic(self) -> str:
        """The topic that one side flags the article for, and both decisions are on."""
        return self.after.topic


def decision_change(article: Article, before: Article, after: Article) -> DecisionChange:
    """The change of an article that is decided by both sides, on the topic that one flags it for.

    The leading decisions of both sides may be on different topics, which have scores of their own.
    """
    flagged = after.decision if after.decision.relevant else before.decision
    old, new = (decision_on(side, flagged.topic) or side.decision for side in (before, after))
    return DecisionChange(article=article, before=old, after=new)


def change_causes(before: Decision, after: Decision) -> tuple[DecisionCause, ...]:
    """Why two decisions about one article differ; at least one cause."""
    sign = 1 if after.relevant else -1
    old_hits = {hit.rule: hit for hit in before.rules}
    new_hits = {hit.rule: hit for hit in after.rules}
    changes = []
    for name in dict.fromkeys((*new_hits, *old_hits)):
        old, new = old_hits.get(name), new_hits.get(name)
        if sign * (_pull(new) - _pull(old)) > 0:
            changes.append(DecisionCause(why=_rule_cause(old, new), hit=new or old))
    by_score = after.reason not in (DecisionReason.FLAGGED, DecisionReason.DROPPED)
    if by_score and sign * (before.threshold - after.threshold) > 0:
        changes.append(DecisionCause(why=ChangeCause.THRESHOLD))
    if by_score and sign * (after.pack_score - before.pack_score) > 0:
        changes.append(DecisionCause(why=ChangeCause.LEXICON))
    return tuple(changes) or (DecisionCause(why=ChangeCause.SCORE),)


def _rule_cause(old: RuleHit | None, new: RuleHit | None) -> ChangeCause:
    """How one rule's effect differs."""
    if new is None:
        return ChangeCause.LIFTED
    return ChangeCause.APPLIES if old is None else ChangeCause.ALTERED


def _pull(hit: RuleHit | None) -> float:
    """A rule's weight: above zero towards relevant; a flag is stronger than any boost."""
    if hit is None:
        return 0.0
    return {RuleAction.FLAG: 2.0, RuleAction.BOOST: hit.boost, RuleAction.DROP: -2.0}[hit.action]


def wilson_interval(successes: int, n: int) -> tuple[float, float]:
    """The Wilson score interval (95 %) of a proportion, within 0..1; (0, 1) for an empty sample.

    Raise ValueError when `successes` is no count out of `n`.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no share")
    if n == 0:
        return 0.0, 1.0
    share, spread = successes / n, _Z * _Z / n
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    # At either end the bound is exactly 0 or 1; floating point would miss it slightly.
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == n else min(1.0, middle + half)
    return low, high


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledShare:
    """A share of marked articles; None and words in place of figures while there are too few."""

    hits: int
    n: int

    @property
    def share(self) -> float | None:
        return self.hits / self.n if self.n >= MIN_SAMPLE else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson_interval(self.hits, self.n) if self.n >= MIN_SAMPLE else None

    def as_json(self) -> JsonObject:
        """The share for programs; it is null while there are too few marks for one."""
        return {
            "hits": self.hits,
            "n": self.n,
            "share": self.share,
            "interval": list(self.interval) if self.interval else None,
            "words": self.words,
        }

    @property
    def words(self) -> str:
        """ "92% (79% to 97%, n = 38)", or why there is no percentage."""
        if self.interval is None:
            return f"{self.hits} of {self.n}: too few for a percentage, which needs {MIN_SAMPLE}"
        low, high = self.interval
        return f"{self.hits / self.n:.0%} ({low:.0%} to {high:.0%}, n = {self.n})"


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestSide:
    """The outcome of one configuration."""

    flagged: int  # relevant articles, the backlog of first polls included
    loads: tuple[SubscriptionLoad, ...]  # one for each subscription, in their order
    precision: LabelledShare  # of the marked articles that it flags, those that matter
    recall: LabelledShare  # of the marked articles that matter, those that it flags

    @property
    def alerts(self) -> int:
        return sum(load.alerts for load in self.loads)

    @property
    def days(self) -> dict[date, int]:
        """Alerts to all subscriptions together, by UTC day."""
        total: Counter[date] = Counter()
        for load in self.loads:
            total.update(load.days)
        return dict(sorted(total.items()))

    def alerts_like(self, other: BacktestSide) -> bool:
        """Whether the same alerts go to the same subscriptions."""
        return self._checksums() == other._checksums()

    def _checksums(self) -> dict[str, int]:
        return {load.key: load.alert_days.checksum for load in self.loads if load.alerts}


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestReport:
    """What a change of the rules would have done."""

    articles: int  # decided again
    packs: Mapping[str, int]  # pack → articles that it judged
    days: float  # from the first of them, or the window's start, to its end; at least one
    before: BacktestSide
    after: BacktestSide
    gained: tuple[DecisionChange, ...]  # relevant only with the change; oldest first
    lost: tuple[DecisionChange, ...]
    labelled: int  # of the articles

    @property
    def changes_nothing(self) -> bool:
        """True when the same articles are flagged and the same alerts go to the same people."""
        return not self.gained and not self.lost and self.before.alerts_like(self.after)

    def per_day(self, count: int) -> float:
        """A count in the whole span as a count for one day."""
        return count / self.days


NOBODY_SUBSCRIBED = "nobody is subscribed, so no alert is counted"


def trial_warnings(
    sides: tuple[BacktestSide, BacktestSide],
    budget: int,
    *,
    by_pack: Mapping[str, int],
    packs: Sequence[str],
    articles: int,
    pruned_texts: int,
) -> Iterator[str]:
    """What the operator should know before believing or making the change.

    `sides` are before and after; see `pack_warnings` for `by_pack`, `packs` and `articles`.
    """
    before, after = sides
    yield from load_warnings(before.loads, after.loads, budget)
    yield from pack_warnings(by_pack, articles, packs)
    if not after.loads:
        yield NOBODY_SUBSCRIBED
    yield from pruned_warnings(pruned_texts)


def pruned_warnings(texts: int) -> Iterator[str]:
    """That so many articles can't be decided again, if there are any."""
    if texts:
        yield (
            f"{texts:,} articles of this span are left out: their texts were pruned"
            " (retention.rejected_texts)"
        )


def load_warnings(
    before: Sequence[SubscriptionLoad], after: Sequence[SubscriptionLoad], budget: int
) -> Iterator[str]:
    """A sentence for each subscription that would have got more alerts than its daily budget."""
    for old, new in zip(before, after, strict=True):
        days = new.days_over(budget)
        if days:
            yield (
                f"{new.name} would have been told more than {budget} times a day on"
                f" {day_count(days)}, {new.busiest} times on the worst"
                f" (before: on {day_count(old.days_over(budget))})"
            )


def pack_warnings(by_pack: Mapping[str, int], articles: int, packs: Sequence[str]) -> Iterator[str]:
    """That articles have the scores of other packs than those in use, or none on a topic.

    `by_pack` counts the articles by the id of the pack; `packs` are the ids in use, the first
    topic's first.
    """
    for place, pack in enumerate(packs):
        topic = pack.partition("@")[0]
        of_topic = sum(count for name, count in by_pack.items() if name.partition("@")[0] == topic)
        # The first topic decides on whatever there is; the others only on what was judged for them.
        others = (articles if place == 0 else of_topic) - by_pack.get(pack, 0)
        if others:
            yield (
                f"{others:,} of {articles:,} articles were judged by another pack than {pack}:"
                " their scores are of then"
            )
        if place and of_topic < articles:
            yield (
                f"{articles - of_topic:,} of {articles:,} articles came before {topic} was watched:"
                " they are not decided for it"
            )


def day_count(count: int) -> str:
    """ "3 days", "1 day", "no days" """
    return f"{count or 'no'} day{'' if count == 1 else 's'}"
