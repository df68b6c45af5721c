"""Placeholders: the words for a value that is missing."""

from __future__ import annotations

import pytest

from monitor.text.placeholders import is_placeholder


@pytest.mark.parametrize(
    "text", ["N/A", " none\n", "NULL", "[object Object]", "undefined", "http://"]
)
def test_a_word_for_nothing_is_a_placeholder(text):
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["", "n/a-1", "none-of-them", "https://n/a", "1", "nullarbor"])
def test_a_name_is_no_placeholder(text):
    assert not is_placeholder(text)
