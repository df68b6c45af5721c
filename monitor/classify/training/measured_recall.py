"""Measured recall: the share of relevant articles that is flagged, from a marked random sample.

Recall needs the relevant articles among the rejected, and nobody reads those.  So some articles of
every stratum of the score are drawn at random and marked; the share of relevant ones among them
stands for the stratum.

The rate of a stratum has two prior distributions.  One expects a rate of the order of the mean
score, which is calibrated (95 %: up to five times of it); the other assumes nothing (Jeffreys).
The answers decide between them: a stratum where the score is wrong shows by relevant answers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

COVERED = 0.95  # probability that the recall is inside the interval
_DRAWS = 4_000  # points of a low-discrepancy sequence: the same answers give the same interval
_TRUST = 0.5  # prior weight of the distribution that follows the score
_LEAST_RATE, _MOST_RATE = 1e-5, 0.99  # of a stratum, before any answer
_MOST_TIMES = 64  # so many times as many answers are tried

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """The articles of one range of scores, and the answers to those that were drawn."""

    name: str
    flagged: bool
    articles: int
    mean_score: float
    drawn: int
    answered: int  # of the drawn
    relevant: int  # of the answered


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallEstimate:
    """The recall and its interval."""

    recall: float  # the median
    low: float
    high: float
    missed: float  # relevant articles among the rejected: the median
    answered: int
    widest: str  # the stratum whose answers would narrow the interval most

    @property
    def width(self) -> float:
        return self.high - self.low


def estimate_recall(strata: Sequence[Stratum]) -> RecallEstimate:
    """Estimate the recall over all strata; at least one is of flagged articles."""
    columns = zip(strata, _even_points(len(strata)), strict=True)
    totals = {stratum.name: _totals(stratum, points) for stratum, points in columns}
    hits = sum((totals[s.name] for s in strata if s.flagged), np.zeros(_DRAWS))
    misses = sum((totals[s.name] for s in strata if not s.flagged), np.zeros(_DRAWS))
    recall = hits / np.maximum(hits + misses, 1e-9)
    outside = (1 - COVERED) / 2
    # not by `np.quantile`, see `_median`
    in_order = np.sort(recall)
    low, middle, high = (
        float(in_order[round(share * (_DRAWS - 1))]) for share in (outside, 0.5, 1 - outside)
    )
    return RecallEstimate(
        recall=middle,
        low=low,
        high=high,
        missed=_median(misses),
        answered=sum(stratum.answered for stratum in strata),
        widest=max(strata, key=lambda stratum: float(totals[stratum.name].std())).name,
    )


def _median(values: NDArray[np.float64]) -> float:
    """The median.

    Not by `np.median`, which loads numpy's masked arrays: 1.3 MB of every service with marks.
    """
    in_order, half = np.sort(values), len(values) // 2
    return float(in_order[half] + in_order[~half]) / 2


def answers_to_halve(strata: Sequence[Stratum]) -> int | None:
    """Return how many more answers would halve the interval, at the rates seen so far.

    None when even all articles, or 64 times the answers, would not.
    """
    aim = estimate_recall(strata).width / 2
    times = 2
    while times <= _MOST_TIMES:
        grown = [_grown(stratum, times) for stratum in strata]
        if estimate_recall(grown).width <= aim:
            return sum(stratum.answered for stratum in grown) - sum(s.answered for s in strata)
        times *= 2
    return None


def _grown(stratum: Stratum, times: int) -> Stratum:
    """The stratum with more answers of the same kind, as far as there are articles."""
    answered = min(stratum.answered * times, stratum.articles)
    share = stratum.relevant / stratum.answered if stratum.answered else 0.0
    return replace(
        stratum,
        answered=answered,
        drawn=max(stratum.drawn, answered),
        relevant=round(share * answered),
    )


def _even_points(dimensions: int) -> Floats:
    """Points that fill the unit cube evenly, a row for each dimension: the sequence R_d of Roberts.

    `numpy.random` would take 7 MB of every service that shows a dashboard.
    """
    root = 2.0  # of x ** (dimensions + 1) == x + 1: the golden ratio for one dimension
    for _ in range(64):
        root = (1 + root) ** (1 / (dimensions + 1))
    steps = root ** -np.arange(1.0, dimensions + 1)
    points: Floats = (0.5 + np.outer(steps, np.arange(_DRAWS))) % 1.0
    return points


def _totals(stratum: Stratum, points: Floats) -> Floats:
    """The number of relevant articles of a stratum, those answered and the others, at quantiles."""
    others = max(stratum.articles - stratum.answered, 0)
    below = np.cumsum(_probabilities(stratum, others))
    totals: Floats = stratum.relevant + np.searchsorted(below, points * below[-1]).astype(float)
    return totals


def _probabilities(stratum: Stratum, others: int) -> Floats:
    """The probability of 0, 1, … relevant articles among so many others, given the answers."""
    mean = min(max(stratum.mean_score, _LEAST_RATE), _MOST_RATE)
    by_score = (0.5, 0.5 / mean - 0.5) if mean < 0.5 else (0.5 / (1 - mean) - 0.5, 0.5)
    priors = (by_score, (0.5, 0.5))
    relevant, rejected = stratum.relevant, stratum.answered - stratum.relevant
    by_first, by_second = (
        math.log(weight) + _log_beta(a + relevant, b + rejected) - _log_beta(a, b)
        for weight, (a, b) in zip((_TRUST, 1 - _TRUST), priors, strict=True)
    )
    trust = 1 / (1 + math.exp(by_second - by_first))
    first, second = (_beta_binomial(others, a + relevant, b + rejected) for a, b in priors)
    mixture: Floats = trust * first + (1 - trust) * second
    return mixture


def _beta_binomial(trials: int, a: float, b: float) -> Floats:
    """The probabilities of 0 to `trials` successes, whose rate is of a beta distribution."""
    successes = np.arange(trials, dtype=float)
    ratios = (trials - successes) / (successes + 1)  # of a probability to the one before
    ratios *= (a + successes) / (b + trials - 1 - successes)
    logarithms = np.concatenate(([0.0], np.cumsum(np.log(ratios))))
    probabilities: Floats = np.exp(logarithms - logarithms.max())
    probabilities /= probabilities.sum()
    return probabilities


def _log_beta(a: float, b: float) -> float:
    # `scipy.special` has it, too, for 18 MB of memory in every service that shows a dashboard
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
