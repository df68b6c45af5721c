"""Does it matter, all told?  The pack's verdict and the operator's rules become one decision."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.domain.articles import Decision, DecisionReason, RuleAction, RuleHit, Verdict


def decide(verdict: Verdict, hits: Sequence[RuleHit], *, config: str) -> Decision:
    """Settle one entry.

    `drop` wins over `flag`, `flag` over the score; boosts are added up before the score is held
    against the threshold.  `config` is the digest of the settings that decide.
    """
    score = verdict.score + sum(hit.boost for hit in hits if hit.action is RuleAction.BOOST)
    score = min(1.0, max(0.0, score))
    relevant, reason = _settle(verdict, score, {hit.action for hit in hits})
    return Decision(
        relevant=relevant,
        reason=reason,
        score=score,
        pack_score=verdict.score,
        threshold=verdict.threshold,
        themes=verdict.themes,
        labels=_labels(verdict, hits) if relevant else (),
        terms=verdict.terms,
        rules=tuple(hits),
        pack=verdict.pack,
        config=config,
    )


def _settle(
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
    """The themes it counts for: named by a rule, or at their threshold; at least the likeliest.

    A relevant article always has one, so that nobody who asked for a theme misses an article
    because every theme was a little unsure.
    """
    named = {hit.theme for hit in hits if hit.theme and hit.action is not RuleAction.DROP}
    likely = sorted(verdict.themes, key=lambda slug: (-verdict.themes[slug], slug))
    chosen = [
        slug
        for slug in likely
        if slug in named or verdict.themes[slug] >= verdict.theme_thresholds.get(slug, 0.5)
    ]
    return tuple(chosen or likely[:1])
