"""Simulated weeks of answers to a sample, for the estimate of recall.

    python -m tests.classify.training.simulated_weeks

prints how often the interval covers the true recall, and how wide it is by the number of answers.
"""

from __future__ import annotations

import sys
from statistics import median

import numpy as np

from monitor.classify.training.measured_recall import Stratum, estimate_recall

# A week of twenty outlets: articles and mean score of each stratum; the last one is flagged.
WEEK = {"deep": (8_900, 0.0012), "low": (370, 0.022), "middle": (64, 0.1), "near": (31, 0.33)}
FLAGGED = (46, 0.8)
_RUNS = 300


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
    dice: np.random.Generator, *, weeks: int, wrong: float, drawn: int = 4
) -> tuple[list[Stratum], float]:
    """Strata where the scores of the rejected are `wrong` times too low, and the true recall.

    Of each stratum `drawn` articles a week are answered.
    """
    strata, hits, misses = [], 0, 0
    for name, (articles, mean) in {**WEEK, "flagged": FLAGGED}.items():
        rate = mean if name == "flagged" else min(0.9, mean * wrong)
        total = articles * weeks
        answered = min(drawn * weeks, total)
        relevant = int(dice.binomial(total, rate))
        answers = int(dice.hypergeometric(relevant, total - relevant, answered))
        strata.append(stratum(name, total, mean, answered, answers))
        hits, misses = (relevant, misses) if name == "flagged" else (hits, misses + relevant)
    return strata, hits / (hits + misses)


def main() -> None:
    """Print the coverage for scores that are right, too low or too high, and the widths."""
    sys.stdout.write("weeks  rejected are relevant  answers  covered  half width (median)\n")
    cases = [(8, 1.0, 4), (24, 1.0, 4), (8, 0.3, 4), (8, 2.0, 4)]
    cases += [(8, 1.0, drawn) for drawn in (8, 16, 32, 64, 128)]
    for weeks, wrong, drawn in cases:
        covered, widths, answers = 0, [], 0
        dice = np.random.default_rng(7)
        for _ in range(_RUNS):
            strata, recall = sampled(dice, weeks=weeks, wrong=wrong, drawn=drawn)
            estimate = estimate_recall(strata)
            covered += estimate.low <= recall <= estimate.high
            widths.append(estimate.width / 2)
            answers = estimate.answered
        share = covered / _RUNS
        sys.stdout.write(
            f"{weeks:5}  {wrong:8.1f} × their score  {answers:7}  {share:7.1%}"
            f"  {median(widths):19.3f}\n"
        )


if __name__ == "__main__":
    main()
