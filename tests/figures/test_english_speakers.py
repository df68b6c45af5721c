"""Speakers of headlines."""

from __future__ import annotations

import pytest

from monitor.figures.english_speakers import ENGLISH


@pytest.mark.parametrize(
    ("headline", "speaker"),
    [
        ("Seoul: more shells leave", "Seoul"),
        ("More shells leave — Pentagon", "Pentagon"),
        ("Live: day 9 of the siege", None),
        ("More shells leave", None),
    ],
)
def test_the_headline_names_its_speaker_or_nobody(headline, speaker):
    assert ENGLISH.of_headline(headline) == speaker
