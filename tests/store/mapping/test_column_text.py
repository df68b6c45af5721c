"""Texts for columns: exact or refused, whole or none."""

from __future__ import annotations

import pytest

from monitor.domain.errors import ConfigError
from monitor.store.mapping.column_text import exact_text, text_or_none


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the name is empty: give one"),
        ("a\x00b", "the name holds a character that can't be stored: type it again"),
        ("\ud800", "the name holds a character that can't be stored: type it again"),
        ("é" * 6, "the name is longer than 10 bytes: use a shorter one"),
    ],
)
def test_a_text_that_must_not_be_cut_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(ConfigError) as refused:
        exact_text("name", text, 10)
    assert str(refused.value) == sentence


def test_a_text_within_the_limit_stays_as_it_is():
    assert exact_text("name", "é" * 5, 10) == "é" * 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [(None, None), ("", ""), ("a" * 10, "a" * 10), ("a" * 11, None), ("a\x00", None)],
)
def test_half_a_text_is_none(text, expected):
    assert text_or_none(text, 10) == expected
