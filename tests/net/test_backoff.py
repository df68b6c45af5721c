"""Exponential backoff and deterministic jitter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.net import backoff

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("times", "seconds"), [(0, 1), (1, 2), (5, 32), (6, 60), (10**9, 60)])
def test_a_pause_doubles_up_to_the_longest(times, seconds):
    assert backoff.doubled(SECOND, times, longest=60 * SECOND) == seconds * SECOND


def test_a_pause_doubles_sixteen_times_at_most():
    week = timedelta(days=7)
    assert backoff.doubled(SECOND, 15, longest=week) == 2**15 * SECOND
    assert backoff.doubled(SECOND, 16, longest=week) == 2**16 * SECOND
    assert backoff.doubled(SECOND, 17, longest=week) == 2**16 * SECOND


def test_jitter_is_the_same_for_the_same_key_and_occasion():
    assert backoff.jitter("feed", "1") == backoff.jitter("feed", "1")
    assert backoff.jitter("feed", "1") != backoff.jitter("feed", "2")
    assert backoff.jitter("feed", "1") != backoff.jitter("other", "1")


def test_jitter_takes_a_key_with_a_lone_surrogate():
    assert backoff.jitter("\ud800", "1") == backoff.jitter("\ud800", "1")


def test_jitter_fills_its_whole_range():
    jitters = [backoff.jitter("feed", str(number)) for number in range(500)]
    assert -1 <= min(jitter.either_way for jitter in jitters) < -0.9
    assert 0.9 < max(jitter.either_way for jitter in jitters) <= 1
    assert 0 <= min(jitter.later for jitter in jitters) < 0.05
    assert 0.95 < max(jitter.later for jitter in jitters) <= 1


def test_jitter_keeps_its_values_over_releases():
    either_way, later = backoff.jitter("key", "3")
    assert (round(either_way, 4), round(later, 4)) == (0.2948, 0.0167)
