"""Checked change: rules are put in force only after a trial, and known losses need a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.actions.rules import golden_outcomes, rule_trial
from monitor.actions.rules.golden_outcomes import GoldenChange
from monitor.actions.rules.rule_changes import RuleChange, put_in_force
from monitor.actions.rules.rule_trial import RuleTrial
from monitor.actions.rules.trial_plan import TopicPlan, TrialPlan, plan_trial
from monitor.actions.teaching.backtest import BacktestWindow
from monitor.domain.errors import ConfigError
from monitor.runtime import topic_pack, topics
from monitor.store.rules.rule_version import RuleVersion

if TYPE_CHECKING:
    from monitor.access.caller import Caller
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

SPAN = timedelta(days=30)  # whose articles are decided again


class LossRefused(ConfigError):
    """Articles marked as relevant, or golden events, would be lost, and nobody said why."""

    def __init__(self, trial: RuleTrial) -> None:
        self.losses = known_losses(trial)
        super().__init__(
            "the change loses what is known to matter: accept the loss and give a reason\n"
            + "\n".join(f"- {loss}" for loss in self.losses)
        )


def known_losses(trial: RuleTrial) -> tuple[str, ...]:
    """What would be lost that people know to matter, a line each."""
    events = trial.golden.lost if trial.golden else ()
    return (
        *(f"golden event of {event.date}: {event.event}" for event in events),
        *(
            f"marked as relevant: {article.entry.title or '(without a headline)'}"
            f" ({article.key[:12]})"
            for article in trial.lost_marked
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOrder:
    """Who asks for a change, when, and what they say to losses."""

    caller: Caller
    now: datetime
    accept_loss: bool = False
    reason: str = ""


def put_in_force_checked(
    store: Store,
    started: Settings,
    change: RuleChange,
    trial: RuleTrial,
    order: ChangeOrder,
) -> RuleVersion:
    """Put rules in force whose trial is known; raise LossRefused, and as `put_in_force` does."""
    if trial.loses_known and not (order.accept_loss and order.reason.strip()):
        raise LossRefused(trial)
    with_effect = replace(change, effect=effect_of(trial))
    return put_in_force(store, started, with_effect, order.caller, order.now)


def effect_of(trial: RuleTrial) -> dict[str, object]:
    """The trial in a few numbers, to keep with the version."""
    return {
        "days": round(trial.days, 1),
        "articles": trial.articles,
        "gained": trial.gained.count,
        "lost": trial.lost.count,
        "alerts_before": trial.before.alerts,
        "alerts_after": trial.after.alerts,
        "known_losses": list(known_losses(trial)),
    }


def try_rules(
    store: Store, before: Settings, after: Settings, now: datetime, *, span: timedelta = SPAN
) -> RuleTrial:
    """Try rules with everything done here, however long it takes."""
    plan = plan_trial(before, after, topics.packs_in_use(before))
    window = BacktestWindow(since=now - span, until=now)
    basis = rule_trial.read_basis(store, window)
    sides, reason = rule_trial.decide_sides(store, plan, window, basis)
    golden = golden_of(plan)
    return rule_trial.compare(
        store, plan, sides, basis, golden=golden, replay_reason=reason
    )  # fmt: skip


def golden_of(plan: TrialPlan) -> GoldenChange | None:
    """The golden events of all topics on both sides; None where there are none."""
    return golden_outcomes.sum_of_topics(_golden_of_topic(topic) for topic in plan.topics)


def _golden_of_topic(topic: TopicPlan) -> GoldenChange | None:
    file = topic_pack.golden_file(topic.before)
    before = golden_outcomes.judge_events(file, topic.before_rules)
    if before is None:
        return None
    after = before
    if topic.changes_lexicon:
        after = golden_outcomes.judge_events(file, topic.after_rules) or before
    return golden_outcomes.golden_change(
        (before, after), (topic.before_rules, topic.after_rules)
    )  # fmt: skip


def restore_checked(
    store: Store, started: Settings, version: RuleVersion, order: ChangeOrder
) -> RuleVersion:
    """Put an earlier version in force again, after a trial.  Raise LossRefused, ConfigError."""
    from monitor.actions.operations.configuration import settings_of_file
    from monitor.settings.rule_text import draft_settings

    current = settings_of_file(started)
    change = restoring_change(version, current, order.reason)
    trial = try_rules(store, current, draft_settings(current, version.text), order.now)
    return put_in_force_checked(store, started, change, trial, order)


def restoring_change(version: RuleVersion, current: Settings, reason: str) -> RuleChange:
    """The change that puts an earlier version in force again."""
    return RuleChange(
        text=version.text,
        base=current.decision_digest,
        reason=reason or f"version {version.number} again",
        restored=version.number,
    )
