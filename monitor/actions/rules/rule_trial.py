"""Trial of a draft: what it would have flagged and alerted, beside the rules in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.actions.rules.golden_outcomes import GoldenChange
from monitor.actions.rules.outcomes import (
    Outcomes,
    decide_all,
    outcome_of,
    side_of,
)
from monitor.actions.rules.stored_outcomes import EarlierDecisions, StoredReplay
from monitor.actions.rules.trial_plan import TopicPlan, TrialPlan, plan_trial
from monitor.actions.teaching.backtest import (
    BacktestSide,
    BacktestWindow,
    DecisionChange,
    decision_change,
    trial_warnings,
)
from monitor.charts.score_bars import ScoreCount
from monitor.classify.rules.decision_rules import DecisionRules
from monitor.domain.alerts import Subscription
from monitor.domain.articles import Article
from monitor.domain.errors import ConfigError
from monitor.store.rules.rule_candidates import CandidateScore, TooManyCandidates
from monitor.store.rules.rule_version import RuleVersion

if TYPE_CHECKING:
    from monitor.store.store import Store

MOST_SHOWN = 50  # articles of each list
_MOST_VERSIONS = 10  # earlier ones whose decisions are looked at
MOST_NAMED = 20  # marked articles that would be lost


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedArticles:
    """Articles that only one side flags: how many, and the newest of them."""

    count: int = 0
    shown: tuple[DecisionChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicTrial:
    """What a draft would have done to one topic; alerts may be about several."""

    name: str
    threshold_before: float
    threshold: float  # of the draft
    flagged_before: int
    flagged: int
    scores: Mapping[int, ScoreCount]  # by the rules in force, by whole per cent


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTrial:
    """What a draft would have done."""

    config: str  # digest of the settings with the draft
    base: str  # digest of the settings in force
    topics: tuple[TopicTrial, ...]  # the first one first
    budget: int  # alerts a day for one subscription
    before_outcomes: Outcomes
    before: BacktestSide
    after: BacktestSide
    gained: ChangedArticles
    lost: ChangedArticles
    same: int  # articles that both sides flag
    lost_marked: tuple[Article, ...]  # marked as relevant, and only flagged before
    labelled: int
    golden: GoldenChange | None = None  # None: the pack has no golden events
    warnings: tuple[str, ...] = ()
    replay_reason: str = ""  # why every article was decided again; "" for an instant trial

    @property
    def window(self) -> BacktestWindow:
        return self.before_outcomes.window

    @property
    def articles(self) -> int:
        """Stored articles of the window."""
        return self.before_outcomes.articles

    @property
    def days(self) -> float:
        return self.before_outcomes.days

    @property
    def changes_nothing(self) -> bool:
        """Whether the same articles are flagged and the same alerts go to the same people."""
        flags_same = not self.gained.count and not self.lost.count
        return flags_same and self.before.alerts_like(self.after)

    @property
    def loses_known(self) -> bool:
        """Whether something is lost that people know to matter."""
        return bool(self.lost_marked) or bool(self.golden and self.golden.lost)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialBasis:
    """What a trial needs beside the plan, read from the database at one instant."""

    subscriptions: tuple[Subscription, ...]
    labels: Mapping[str, bool]  # marked articles of the window


def read_basis(store: Store, window: BacktestWindow) -> TrialBasis:
    """The subscriptions, and the marks on articles of the window."""
    return TrialBasis(
        subscriptions=tuple(store.subscriptions.list()),
        labels=store.marks.settled_labels(window.since, window.until),
    )


def in_force(
    store: Store,
    plan: TrialPlan,
    window: BacktestWindow,
    on_progress: Callable[[int], None] = lambda count: None,
) -> Outcomes:
    """The outcomes of the rules in force: by the stored decisions, where these stand."""
    return stored_replay(store, plan, window, on_progress).in_force()


def stored_replay(
    store: Store,
    plan: TrialPlan,
    window: BacktestWindow,
    on_progress: Callable[[int], None] = lambda count: None,
) -> StoredReplay:
    """A run by the rules in force, for which decisions of earlier versions stand, too."""
    earlier = _earlier_decisions(store, plan, window)
    return StoredReplay(store, plan.before_rules, window, on_progress, earlier=earlier)


def _earlier_decisions(store: Store, plan: TrialPlan, window: BacktestWindow) -> EarlierDecisions:
    """What the earlier versions of the rules decided in the window, as far as the index tells."""
    subscriptions = tuple(store.subscriptions.list())
    configs: set[str] = set()
    concerned: dict[str, CandidateScore] = {}
    for version in store.rule_versions.list(limit=_MOST_VERSIONS):
        change = None if version.config in configs else _change_since(version, plan)
        if change is not None and not change.why_replay(subscriptions):
            words, scores = change.question(), change.scores
            with suppress(TooManyCandidates):
                if words is not None or scores is not None:
                    concerned |= store.rule_candidates.find_decided(
                        window.since, window.until, config=version.config, words=words,
                        scores=scores,
                    )  # fmt: skip
                configs.add(version.config)
        if version.at < window.since:  # those before it decided nothing of the window
            break
    return EarlierDecisions(configs=frozenset(configs), concerned=concerned)


def _change_since(version: RuleVersion, plan: TrialPlan) -> TrialPlan | None:
    """From the rules of a version to those in force; None where other settings changed, too."""
    from monitor.settings.rule_text import draft_settings

    if version.config == plan.before.decision_digest:
        return None
    try:
        earlier = draft_settings(plan.before, version.text)
        if earlier.decision_digest != version.config:
            return None
        return plan_trial(earlier, plan.before, plan.packs)
    except ConfigError:  # of another topic, or with classes that its pack lacks now
        return None


def replay(
    store: Store,
    rules: DecisionRules,
    window: BacktestWindow,
    on_progress: Callable[[int], None] = lambda count: None,
) -> Outcomes:
    """Decide every article of the window by these rules."""
    articles, subscriptions = store.articles.with_texts(window.since), store.subscriptions.list()
    outcomes = decide_all(articles, rules, subscriptions, window, on_progress)
    return replace(outcomes, pruned_texts=store.articles.count_pruned_texts(window.since))


def decide_sides(
    store: Store,
    plan: TrialPlan,
    window: BacktestWindow,
    basis: TrialBasis,
    on_progress: Callable[[int], None] = lambda count: None,
) -> tuple[tuple[Outcomes, Outcomes], str]:
    """The outcomes before and after, and why every article had to be decided again, or "".

    However long it takes; `on_progress` is called with the articles that are done on one side.
    """
    if plan.changes_lexicon:
        # articles with a new entry are judged anew on both sides
        before = replay(store, plan.before_rules, window, on_progress)
    else:
        before = in_force(store, plan, window, on_progress)
    try:
        return (before, decide_changes(store, plan, before, basis, patient=True)), ""
    except TooManyCandidates as error:
        return (before, replay(store, plan.after_rules, window, on_progress)), str(error)


def decide_changes(
    store: Store,
    plan: TrialPlan,
    before: Outcomes,
    basis: TrialBasis,
    *,
    patient: bool = False,
) -> Outcomes:
    """The outcomes with the draft: only the articles that it may concern are decided.

    A `patient` caller waits for more of them.  Raise TooManyCandidates when only a replay of every
    article can tell.
    """
    reason = plan.why_replay(basis.subscriptions)
    if reason:
        raise TooManyCandidates(reason)
    window, words = before.window, plan.question()
    if words is None and plan.scores is None:
        return before
    concerned = store.rule_candidates.find(
        window.since, window.until, words=words, scores=plan.scores,
        whole=plan.reads_whole_articles(basis.subscriptions), patient=patient,
    )  # fmt: skip
    rules = plan.after_rules
    changes = {}
    for key, article in sorted(concerned.items(), key=lambda item: (item[1].seen_at, item[0])):
        decisions = rules.decisions(article, with_terms=False)
        changes[key] = outcome_of(article, decisions, basis.subscriptions)
    return replace(before, relevant=before.relevant.with_changes(changes))


def compare(
    store: Store,
    plan: TrialPlan,
    sides: tuple[Outcomes, Outcomes],
    basis: TrialBasis,
    *,
    golden: GoldenChange | None = None,
    replay_reason: str = "",
) -> RuleTrial:
    """The trial of a draft whose outcomes are known; `sides` are before and after."""
    before, after = sides
    gained, lost = after.relevant.without(before.relevant), before.relevant.without(after.relevant)
    lost_marks = sorted(key for key in lost if basis.labels.get(key))
    side = side_of(before, basis.subscriptions, basis.labels)
    after_side = side if after is before else side_of(after, basis.subscriptions, basis.labels)
    trial = RuleTrial(
        config=plan.after.decision_digest,
        base=plan.before.decision_digest,
        topics=tuple(_topic_trial(topic, before, after) for topic in plan.topics),
        budget=plan.after.keywords.alert_budget,
        before_outcomes=before,
        before=side,
        after=after_side,
        gained=_shown(store, plan, gained),
        lost=_shown(store, plan, lost),
        same=len(after.relevant) - len(gained),
        lost_marked=tuple(store.articles.by_keys(lost_marks[:MOST_NAMED]).values()),
        labelled=len(basis.labels),
        golden=golden,
        replay_reason=replay_reason,
    )
    warnings = trial_warnings(
        (side, after_side),
        trial.budget,
        by_pack=before.packs,
        packs=plan.pack_ids,
        articles=before.articles,
        pruned_texts=before.pruned_texts,
    )
    return replace(trial, warnings=tuple(warnings))


def _topic_trial(plan: TopicPlan, before: Outcomes, after: Outcomes) -> TopicTrial:
    return TopicTrial(
        name=plan.name,
        threshold_before=plan.before_rules.threshold,
        threshold=plan.after_rules.threshold,
        flagged_before=before.flagged(plan.name),
        flagged=after.flagged(plan.name),
        scores=before.scores.get(plan.name, {}),
    )


def _shown(store: Store, plan: TrialPlan, changed: Sequence[str]) -> ChangedArticles:
    """The newest of these articles, which come first, with both decisions: the causes follow."""
    articles = store.articles.by_keys(changed[:MOST_SHOWN])
    shown = []
    for key in changed[:MOST_SHOWN]:
        article = articles.get(key)
        if article is not None:  # else it was removed meanwhile
            sides = plan.before_rules.decided(article), plan.after_rules.decided(article)
            shown.append(decision_change(article, *sides))
    return ChangedArticles(count=len(changed), shown=tuple(shown))
