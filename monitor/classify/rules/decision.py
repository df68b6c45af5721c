"""Decision: combines the pack's verdict and the hits of keyword rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.domain.articles import Decision, DecisionReason, RuleAction, RuleHit, Verdict
from monitor.domain.tiers import Tier


def decide(verdict: Verdict, hits: Sequence[RuleHit], *, config: str) -> Decision:
    """Return the decision on one entry.

    `drop` takes precedence over `flag`, and `flag` over the score.  Boosts are added to the score
    before it is compared with the threshold.  `config` is the digest of the settings that decide.
    """
    score = verdict.score + sum(hit.boost for hit in hits if hit.action is RuleAction.BOOST)
    score = min(1.0, max(0.0, score))
    relevant, reason = _outcome(verdict, score, {hit.action for hit in hits})
    decision = Decision(
        relevant=relevant,
        reason=reason,
        score=score,
        pack_score=verdict.score,
        threshold=verdict.threshold,
        themes=verdict.themes,
        labels=(),
        terms=verdict.terms,
        rules=tuple(hits),
        pack=verdict.pack,
        config=config,
        review_threshold=verdict.review_threshold,
        own_score=verdict.own_score,
        similar=verdict.similar,
    )
    if decision.tier is Tier.REJECTED:
        return decision
    return replace(decision, labels=_labels(verdict, hits))


def _outcome(
    verdict: Verdict, score: float, actions: set[RuleAction]
) -> tuple[bool, DecisionReason]:
    if RuleAction.DROP in actions:
        return False, DecisionReason.DROPPED
    if RuleAction.FLAG in actions:
        return True, DecisionReason.FLAGGED
    relevant = score >= verdict.threshold
    if relevant != (verdict.score >= verdict.threshold):
        return relevant, DecisionReason.BOOSTED
    return relevant, DecisionReason.SCORE if relevant else DecisionReason.BELOW


def _labels(verdict: Verdict, hits: Sequence[RuleHit]) -> tuple[str, ...]:
    """The themes of a relevant article: named by a rule, or with at least their threshold.

    Without any, the most likely theme is chosen, so that subscribers to single themes do not miss
    an article of which every theme is a little below its threshold.
    """
    by_rule = {hit.theme for hit in hits if hit.theme and hit.action is not RuleAction.DROP}
    likely = sorted(verdict.themes, key=lambda slug: (-verdict.themes[slug], slug))
    chosen = [
        slug
        for slug in likely
        if slug in by_rule or verdict.themes[slug] >= verdict.theme_thresholds.get(slug, 0.5)
    ]
    return tuple(chosen or likely[:1])
