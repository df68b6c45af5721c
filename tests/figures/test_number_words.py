"""Number words: the tables of every language are well formed."""

from __future__ import annotations

import re

import pytest

from monitor.figures.number_words import NUMBER_WORDS


@pytest.mark.parametrize("language", sorted(NUMBER_WORDS))
def test_every_pattern_compiles_and_has_a_positive_value(language):
    words = NUMBER_WORDS[language]
    for pattern, value in (*words.multipliers, *words.vague):
        assert re.compile(pattern)
        assert value >= 10
    for pattern in (words.approx, words.minimum, words.maximum, words.units):
        assert not re.compile(pattern).fullmatch("")
