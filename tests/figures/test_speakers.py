"""The nearest speaker of a sentence."""

from __future__ import annotations

from monitor.figures.speakers import Speaker, nearest_speaker

SPEAKERS = [Speaker(0, "first"), Speaker(30, "second")]


def test_the_nearest_speaker_counts():
    assert nearest_speaker(SPEAKERS, 20, before_first=False) == "second"
    assert nearest_speaker([], 20, before_first=False) is None


def test_in_korean_the_speaker_before_the_figure_counts():
    assert nearest_speaker(SPEAKERS, 20, before_first=True) == "first"
