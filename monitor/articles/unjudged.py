"""The decision on an entry whose judging or storing failed."""

from __future__ import annotations

from monitor.domain.articles import Decision, DecisionReason


def unjudged(config: str) -> Decision:
    """The decision on an entry that could not be judged: not relevant, without a score."""
    return Decision(
        relevant=False,
        reason=DecisionReason.UNJUDGED,
        score=0.0,
        pack_score=0.0,
        threshold=1.0,
        themes={},
        labels=(),
        config=config,
    )
