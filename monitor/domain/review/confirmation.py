"""Confirmation: the decision on an article that was in review and is relevant."""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.articles import Decision, DecisionReason


def confirmed(decision: Decision, by: str, themes: tuple[str, ...] = ()) -> Decision:
    """The decision after somebody confirmed the article: relevant, whatever the score.

    Without `themes` it counts for those that were likely before.
    """
    return replace(
        decision,
        relevant=True,
        reason=DecisionReason.CONFIRMED,
        labels=themes or decision.labels,
        confirmed_by=by,
    )


def unconfirmed(decision: Decision) -> Decision:
    """The decision of the score again, after a confirmation was taken back."""
    was_lowered = decision.pack_score >= decision.threshold  # by a boost of a keyword rule
    return replace(
        decision,
        relevant=False,
        reason=DecisionReason.BOOSTED if was_lowered else DecisionReason.BELOW,
        confirmed_by="",
    )


def with_confirmation(decision: Decision, before: Decision | None) -> Decision:
    """A new decision on an article that was decided before: a confirmation stays in force.

    A keyword rule that drops the article ends it.
    """
    if before is None or before.reason is not DecisionReason.CONFIRMED:
        return decision
    if decision.relevant or decision.reason is DecisionReason.DROPPED:
        return decision
    return confirmed(decision, before.confirmed_by, decision.labels or before.labels)
