"""Speakers of headlines."""

from __future__ import annotations

import pytest

from monitor.figures.cjk_speakers import KOREAN


@pytest.mark.parametrize(
    ("headline", "speaker"),
    [
        ('국방부 "포탄 이동"', "국방부"),
        ("포탄 이동 정황", None),
    ],
)
def test_the_headline_names_its_speaker_or_nobody(headline, speaker):
    assert KOREAN.of_headline(headline) == speaker
