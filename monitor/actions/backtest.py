"""What would this change have done?  Stored articles decided anew, and who would have been told.

Nothing is fetched, and hardly anything is judged again: the pack's scores are stored with each
decision, and rules and threshold are mostly all that a replay exchanges.  Only an article that
names one of the operator's own lexicon entries is judged anew.
"""

from __future__ import annotations

import enum
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from monitor.alerts import match
from monitor.classify.rules.decision_rules import DecisionRules
from monitor.domain.alerts import Subscription
from monitor.domain.articles import Article, Decision, DecisionReason, RuleAction, RuleHit

# Labelled articles under which a percentage would only look like knowledge.
FEWEST = 20


_Z = 1.959963984540054  # of the normal distribution: 95 % lie within so many deviations


_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The stretch of time that is replayed."""

    since: datetime
    until: datetime

    def days(self, first: datetime) -> float:
        """From the first article, or its start, to its end; at least one day."""
        start = self.since if first >= self.until else max(first, self.since)
        return max(1.0, (self.until - start) / _DAY)


class ChangeCause(enum.StrEnum):
    """What made an article relevant, or no longer relevant."""

    APPLIES = "applies"  # a rule that did not apply before
    LIFTED = "lifted"  # a rule applied before, and does no more
    ALTERED = "altered"  # a rule does something else than before
    THRESHOLD = "threshold"
    LEXICON = "lexicon"  # the operator's entries moved the pack's score
    SCORE = "score"  # none of these: the score that was kept is not the one of then


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One of the reasons; `hit` is the rule's, as it is now, or was before it was lifted."""

    why: ChangeCause
    hit: RuleHit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An article that is relevant on one side only."""

    article: Article
    before: Decision
    after: Decision

    @property
    def causes(self) -> tuple[Cause, ...]:
        """What did it: the rules first; at least one."""
        return causes(self.before, self.after)


def causes(before: Decision, after: Decision) -> tuple[Cause, ...]:
    """Why these two decisions about one article differ; at least one reason."""
    sign = 1 if after.relevant else -1
    then, now = ({hit.rule: hit for hit in side.rules} for side in (before, after))
    found = []
    for name in dict.fromkeys((*now, *then)):
        old, new = then.get(name), now.get(name)
        if sign * (_push(new) - _push(old)) > 0:
            why = (
                ChangeCause.LIFTED
                if new is None
                else ChangeCause.APPLIES
                if old is None
                else ChangeCause.ALTERED
            )
            found.append(Cause(why=why, hit=new or old))
    by_score = after.reason not in (DecisionReason.FLAGGED, DecisionReason.DROPPED)
    if by_score and sign * (before.threshold - after.threshold) > 0:
        found.append(Cause(why=ChangeCause.THRESHOLD))
    if by_score and sign * (after.pack_score - before.pack_score) > 0:
        found.append(Cause(why=ChangeCause.LEXICON))
    return tuple(found) or (Cause(why=ChangeCause.SCORE),)


def _push(hit: RuleHit | None) -> float:
    """How a rule pulls: towards relevant above zero; a flag stronger than any boost."""
    if hit is None:
        return 0.0
    return {RuleAction.FLAG: 2.0, RuleAction.BOOST: hit.boost, RuleAction.DROP: -2.0}[hit.action]


def wilson(successes: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share, after Wilson: never outside 0..1, (0, 1) for nothing seen."""
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no share")
    if n == 0:
        return 0.0, 1.0
    share, spread = successes / n, _Z * _Z / n
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    # at either end the bound is the end itself; rounding would miss it by a hair
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == n else min(1.0, middle + half)
    return low, high


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share of labelled articles; its figures are withheld while there are too few."""

    hits: int
    n: int

    @property
    def share(self) -> float | None:
        return self.hits / self.n if self.n >= FEWEST else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.hits, self.n) if self.n >= FEWEST else None

    @property
    def words(self) -> str:
        """ "92% (79% to 97%, n = 38)", or why there is no percentage."""
        if self.interval is None:
            return f"{self.hits} of {self.n}: too few for a percentage, which needs {FEWEST}"
        low, high = self.interval
        return f"{self.hits / self.n:.0%} ({low:.0%} to {high:.0%}, n = {self.n})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one subscription would have been told."""

    key: str
    name: str
    told: Mapping[str, date]  # alert key → UTC day

    @property
    def alerts(self) -> int:
        return len(self.told)

    @property
    def days(self) -> Counter[date]:
        """Alerts by UTC day; days without any are left out."""
        return Counter(self.told.values())

    @property
    def busiest(self) -> int:
        """Alerts on the worst day."""
        return max(self.days.values(), default=0)

    def days_over(self, budget: int) -> int:
        """On how many days it would have been told more often than that."""
        return sum(alerts > budget for alerts in self.days.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """All that one configuration would have come to."""

    flagged: int  # articles found relevant, those from before we watched among them
    loads: tuple[Load, ...]  # one a subscription, in the order given
    precision: Rate  # of the labelled ones that it flags: how many matter
    recall: Rate  # of the labelled ones that matter: how many it flags

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

    @property
    def told(self) -> frozenset[str]:
        """The keys of all alerts."""
        return frozenset(key for load in self.loads for key in load.told)


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestReport:
    """What the change would have done."""

    articles: int  # replayed
    packs: Mapping[str, int]  # which pack judged how many of them
    days: float  # from the first of them, or the window's start, to its end; at least one
    before: Side
    after: Side
    gained: tuple[Change, ...]  # relevant only with the change; oldest first
    lost: tuple[Change, ...]
    labelled: int  # of the articles

    @property
    def changes_nothing(self) -> bool:
        """True when the same articles are flagged, and the same are told to the same people."""
        return not self.gained and not self.lost and self.before.told == self.after.told

    def per_day(self, count: int) -> float:
        """So many in all, as so many a day."""
        return count / self.days


def replay(
    articles: Iterable[Article],
    subscriptions: Sequence[Subscription],
    *,
    before: DecisionRules | None,
    after: DecisionRules,
    window: Window,
    labels: Mapping[str, bool],
) -> BacktestReport:
    """Decide every article with either rulebook; `before=None` takes the decisions as stored.

    `labels` says of some articles, by key, whether they matter.  Alerts are counted as if today's
    subscriptions had been there all along: one for each subscription and article, its copies left
    out, and none for what was there before we watched.
    """
    sides = _Tally(subscriptions), _Tally(subscriptions)
    packs: Counter[str] = Counter()
    first = window.until
    gained: list[Change] = []
    lost: list[Change] = []
    for article in articles:
        again = after.needs_rejudging(article.entry)
        old = before.decide(article, rejudge=again) if before else article.decision
        new = after.decide(article, rejudge=again)
        first = min(first, article.seen_at)
        packs[article.decision.pack] += 1
        for side, decision in zip(sides, (old, new), strict=True):
            side.add(article, decision, labels.get(article.key))
        if old.relevant != new.relevant:
            change = Change(article=article, before=old, after=new)
            (gained if new.relevant else lost).append(change)
    return BacktestReport(
        articles=packs.total(),
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
    """Counts one side while the articles pass."""

    subscriptions: Sequence[Subscription]
    flagged: int = 0
    told: dict[str, dict[str, date]] = field(default_factory=dict)  # by subscription key
    labelled: int = 0
    matter: int = 0  # of the labelled ones
    picked: int = 0  # of the labelled ones, those flagged
    right: int = 0  # of those, the ones that matter

    def add(self, article: Article, decision: Decision, label: bool | None) -> None:
        if label is not None:
            self.labelled += 1
            self.matter += label
            self.picked += decision.relevant
            self.right += label and decision.relevant
        if not decision.relevant:
            return
        self.flagged += 1
        if article.backlog:
            return
        decided = replace(article, decision=decision)
        for alert in match.alerts((decided,), self.subscriptions):
            told = self.told.setdefault(alert.subscription_key, {})
            told.setdefault(alert.key, article.seen_at.date())  # a copy is told no more

    def side(self) -> Side:
        return Side(
            flagged=self.flagged,
            loads=tuple(
                Load(key=one.key, name=one.name, told=self.told.get(one.key, {}))
                for one in self.subscriptions
            ),
            precision=Rate(hits=self.right, n=self.picked),
            recall=Rate(hits=self.right, n=self.matter),
        )
