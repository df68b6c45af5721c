"""Speakers of headlines."""

from __future__ import annotations

import pytest

from monitor.figures.european_speakers import EUROPEAN


@pytest.mark.parametrize(
    ("headline", "speaker"),
    [
        ("ГУР: ушли эшелоны", "ГУР"),
        ("Война: главное за день", None),
        ("Ушли эшелоны", None),
    ],
)
def test_the_headline_names_its_speaker_or_nobody(headline, speaker):
    assert EUROPEAN["ru"].of_headline(headline) == speaker
