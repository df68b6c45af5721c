"""What does a text say?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import wording


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Kim sends 1,000 sappers!", ["kim", "sends", "1000", "sappers"]),
        ("Ｎｏｒｔｈ　Korea’s", ["north", "korea", "s"]),
        ("북한군 1천명", ["북", "한", "군", "1", "천", "명"]),
        ("朝鮮がKN-23を", ["朝", "鮮", "が", "kn", "23", "を"]),
        ("18 января 2025 г., солдат", ["18", "января", "2025", "г", "солдат"]),
        ("", []),
    ],
)
def test_units_are_words_or_characters(text, units):
    assert wording.units(text) == units


def test_figures_are_found_inside_words_too():
    assert wording.numbers(wording.units("KN-23, 제80주년, 12,000")) == {"23", "80", "12000"}


@pytest.mark.parametrize(
    ("text", "dense"),
    [("North Korea", False), ("북한 파병", True), ("俄罗斯 KN-23 导弹", True), ("", False)],
)
def test_scripts_without_spaces_are_dense(text, dense):
    assert wording.is_dense(wording.units(text)) is dense


def test_endings_and_small_words_carry_no_meaning():
    one, other = (wording.units(text) for text in ("the Russian army", "an army of Russians"))
    assert wording.overlap(one, other) == 1


def test_case_width_and_spaces_are_no_other_wording_and_words_are():
    assert wording.wording_key("Ａ b", "c\n d") == wording.wording_key("a  B", "C d")
    assert wording.wording_key("a b", "c d") != wording.wording_key("a b c", "d")


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_can_be_read_and_compared(one, other):
    first, second = wording.units(one), wording.units(other)
    assert 0 <= wording.overlap(first, second) <= 1
    assert len(wording.wording_key(one, other)) == 16
    assert wording.units(" ".join(first)) == first or any(len(unit) > 3 for unit in first)
