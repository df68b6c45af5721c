"""The estimate of recall: its interval covers the truth, and answers narrow it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from monitor.classify.training.measured_recall import answers_to_halve, estimate_recall
from tests.classify.training.simulated_weeks import sampled, stratum


@pytest.mark.parametrize(("weeks", "wrong"), [(8, 1.0), (24, 1.0), (8, 0.3), (8, 2.0)])
def test_the_interval_covers_the_true_recall_nineteen_times_in_twenty(weeks, wrong):
    dice = np.random.default_rng(5)
    covered = 0
    for _ in range(100):
        strata, recall = sampled(dice, weeks=weeks, wrong=wrong)
        estimate = estimate_recall(strata)
        covered += estimate.low <= recall <= estimate.high
    assert covered >= 93


def test_the_same_answers_give_the_same_estimate():
    strata, _ = sampled(np.random.default_rng(1), weeks=8, wrong=1.0)
    assert estimate_recall(strata) == estimate_recall(strata)


def test_an_estimate_does_not_load_the_generators_of_numpy():
    """They take 7 MB of every service that shows a dashboard."""
    program = (
        "import sys\n"
        "from monitor.classify.training.measured_recall import Stratum, estimate_recall\n"
        "part = Stratum(name='x', flagged=True, articles=90, mean_score=0.2, drawn=9, answered=9,"
        " relevant=3)\n"
        "estimate_recall([part])\n"
        "print('numpy.random' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


def test_where_every_article_is_answered_the_recall_is_counted():
    strata = [stratum("flagged", 40, 0.8, 40, 30), stratum("deep", 60, 0.1, 60, 10)]
    estimate = estimate_recall(strata)
    assert (estimate.low, estimate.recall, estimate.high) == (0.75, 0.75, 0.75)
    assert (estimate.missed, estimate.answered) == (10, 100)
    assert answers_to_halve(strata) == 40 + 60 - 100


def test_relevant_answers_in_a_deep_stratum_outweigh_the_score():
    flagged = stratum("flagged", 400, 0.8, 40, 32)
    deep = stratum("deep", 70_000, 0.0005, 60, 0)
    surprise = replace(deep, relevant=3)
    assert estimate_recall([flagged, deep]).recall > 0.7
    assert estimate_recall([flagged, surprise]).recall < 0.3


def test_more_answers_narrow_the_interval_and_are_counted():
    strata, _ = sampled(np.random.default_rng(2), weeks=8, wrong=1.0)
    additional = answers_to_halve(strata)
    assert additional is not None
    assert additional > 0
    answered = estimate_recall(strata).answered
    times = (additional + answered) // answered + 1
    grown = [
        replace(
            part,
            answered=min(part.answered * times, part.articles),
            relevant=min(part.relevant * times, part.articles),
        )
        for part in strata
    ]
    assert estimate_recall(grown).width < estimate_recall(strata).width


def test_without_answers_the_scores_alone_decide():
    strata = [stratum("flagged", 50, 0.9, 0, 0), stratum("near", 20, 0.25, 0, 0)]
    estimate = estimate_recall(strata)
    assert 0 <= estimate.low < estimate.recall < estimate.high <= 1
    assert answers_to_halve(strata) is None


def test_the_stratum_that_is_least_known_is_named():
    strata = [stratum("flagged", 50, 0.9, 40, 36), stratum("deep", 9_000, 0.002, 4, 0)]
    assert estimate_recall(strata).widest == "deep"
