"""Score shift: how far similar articles of the last three days move a score, bounded.

The log-odds move half of the way towards the mean of similar articles, and by 0.5 at most.  Only
scores of the pack alone count, so that no shift is the ground of another one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.domain.articles import Verdict
from monitor.domain.judged.similar_articles import SimilarArticles

if TYPE_CHECKING:  # it imports numpy, which a round without new articles need not load
    from monitor.classify.memory.recent_articles import Neighbour

MOST_NEIGHBOURS = 20
_SHARE = 0.5  # of the difference
LARGEST_SHIFT = 0.5  # log-odds
_LEAST_SCORE = 1e-9  # for log-odds that are finite


def similar_articles(neighbours: Iterable[Neighbour], verdict: Verdict) -> SimilarArticles | None:
    """Sum up the neighbours, the most similar first, of an article with this verdict.

    Copies of one text count once, and so does each origin; None without neighbours.
    """
    counted: list[Neighbour] = []
    seen: set[str] = set()
    for neighbour in neighbours:
        names = {neighbour.article.copy_key, neighbour.article.origin}
        if seen.isdisjoint(names):
            counted.append(neighbour)
        seen |= names
        if len(counted) == MOST_NEIGHBOURS:
            break
    if not counted or verdict.own_score is None:
        return None
    weight = sum(neighbour.cosine for neighbour in counted)
    log_odds = sum(n.cosine * _log_odds(n.article.score) for n in counted) / weight
    return SimilarArticles(
        count=len(counted),
        flagged=sum(neighbour.article.score >= verdict.threshold for neighbour in counted),
        log_odds=log_odds,
        shift=_shift(verdict.own_score, log_odds),
    )


def shifted(verdict: Verdict, similar: SimilarArticles | None) -> Verdict:
    """The verdict of the pack alone with what similar articles add to its score.

    For another pack's verdict the same articles give another shift.
    """
    if similar is None or verdict.own_score is None:
        return verdict
    shift = _shift(verdict.own_score, similar.log_odds)
    score = 1.0 / (1.0 + math.exp(-(_log_odds(verdict.own_score) + shift)))
    return replace(verdict, score=score, similar=replace(similar, shift=shift))


def without_memory(verdict: Verdict) -> Verdict:
    """The verdict of the pack alone."""
    if verdict.own_score is None:
        return verdict
    return replace(verdict, score=verdict.own_score, similar=None)


def _shift(own_score: float, log_odds: float) -> float:
    difference = _SHARE * (log_odds - _log_odds(own_score))
    return max(-LARGEST_SHIFT, min(LARGEST_SHIFT, difference))


def _log_odds(score: float) -> float:
    bounded = min(max(score, _LEAST_SCORE), 1.0 - _LEAST_SCORE)
    return math.log(bounded / (1.0 - bounded))
