"""Simulated weeks of answers to a sample, for the estimate of recall.

    python -m tests.classify.training.simulated_weeks

prints how often the interval covers the true recall, and how wide it is by the number of answers,
for the allocation of the sample that is used and for as many answers of each stratum.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from statistics import median

import numpy as np

from monitor.actions.teaching.recall_measurement import DRAWN_OF_FLAGGED, DRAWN_OF_REJECTED
from monitor.classify.training.measured_recall import Stratum, estimate_recall

# A week of twenty outlets: articles and mean score of each stratum; the last one is flagged.
WEEK = {"deep": (8_900, 0.0012), "low": (370, 0.022), "middle": (64, 0.1), "near": (31, 0.33)}
FLAGGED = (46, 0.8)
USED = {
    **dict(zip(WEEK, DRAWN_OF_REJECTED, strict=True)),
    "flagged": DRAWN_OF_FLAGGED,
}  # answers a week
EQUAL = dict.fromkeys(USED, sum(USED.values()) // len(USED))
# Neyman's for the count of what is missed: by articles × standard deviation of a stratum.
NEYMAN = {"deep": 14, "low": 3, "middle": 1, "near": 1, "flagged": 1}
_ALLOCATIONS = {"equal": EQUAL, "neyman": NEYMAN, "used": USED}
_RUNS = 200


def stratum(name: str, articles: int, mean: float, answered: int, relevant: int) -> Stratum:
    return Stratum(
        name=name,
        flagged=name == "flagged",
        articles=articles,
        mean_score=mean,
        drawn=answered,
        answered=answered,
        relevant=relevant,
    )


def sampled(
    dice: np.random.Generator,
    *,
    weeks: int,
    wrong: float,
    allocation: Mapping[str, int] = USED,
    times: int = 1,
) -> tuple[list[Stratum], float]:
    """Strata where the scores of the rejected are `wrong` times too low, and the true recall.

    Of each stratum so many articles a week are answered, `times` over.
    """
    strata, hits, misses = [], 0, 0
    for name, (articles, mean) in {**WEEK, "flagged": FLAGGED}.items():
        rate = mean if name == "flagged" else min(0.9, mean * wrong)
        total = articles * weeks
        answered = min(allocation[name] * times * weeks, total)
        relevant = int(dice.binomial(total, rate))
        answers = int(dice.hypergeometric(relevant, total - relevant, answered))
        strata.append(stratum(name, total, mean, answered, answers))
        hits, misses = (relevant, misses) if name == "flagged" else (hits, misses + relevant)
    return strata, hits / (hits + misses)


def main() -> None:
    """Print the coverage for scores that are right, too low or too high, and the widths."""
    columns = "weeks  rejected are relevant  answers  covered  half width (median)"
    sys.stdout.write(f"sample  {columns}\n")
    scores = ((8, 1.0), (24, 1.0), (8, 0.3), (8, 2.0))
    cases = [(name, weeks, wrong, 1) for name in _ALLOCATIONS for weeks, wrong in scores]
    cases += [("used", 8, 1.0, times) for times in (2, 4, 16, 32, 64, 80, 96)]
    for name, weeks, wrong, times in cases:
        covered, widths, answers = 0, [], 0
        dice = np.random.default_rng(7)
        for _ in range(_RUNS):
            strata, recall = sampled(
                dice, weeks=weeks, wrong=wrong, allocation=_ALLOCATIONS[name], times=times
            )
            estimate = estimate_recall(strata)
            covered += estimate.low <= recall <= estimate.high
            widths.append(estimate.width / 2)
            answers = estimate.answered
        share = covered / _RUNS
        sys.stdout.write(
            f"{name:6}  {weeks:5}  {wrong:8.1f} × their score  {answers:7}  {share:7.1%}"
            f"  {median(widths):19.3f}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
