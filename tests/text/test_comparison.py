"""Text comparison: folding, tokens, shingles and overlap."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import comparison


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
    assert comparison.tokens(text) == units


def test_figures_are_found_inside_words_too():
    assert comparison.numbers(comparison.tokens("KN-23, 제80주년, 12,000")) == {"23", "80", "12000"}


@pytest.mark.parametrize(
    ("text", "dense"),
    [("North Korea", False), ("북한 파병", True), ("俄罗斯 KN-23 导弹", True), ("", False)],
)
def test_scripts_without_spaces_are_dense(text, dense):
    assert comparison.is_dense(comparison.tokens(text)) is dense


def test_endings_and_small_words_carry_no_meaning():
    texts = ("the Russian army", "an army of Russians")
    first, second = (comparison.terms(comparison.tokens(text)) for text in texts)
    assert comparison.overlap(first, second) == 1


def test_case_width_and_spaces_are_no_other_wording_and_words_are():
    assert comparison.wording_key("Ａ b", "c\n d") == comparison.wording_key("a  B", "C d")
    assert comparison.wording_key("a b", "c d") != comparison.wording_key("a b c", "d")


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_can_be_read_and_compared(title, text):
    first, second = comparison.tokens(title), comparison.tokens(text)
    assert 0 <= comparison.overlap(comparison.terms(first), comparison.terms(second)) <= 1
    assert len(comparison.wording_key(title, text)) == 16
    assert comparison.tokens(" ".join(first)) == first or any(len(unit) > 3 for unit in first)


def test_a_limit_depends_on_the_script():
    assert comparison.for_script(comparison.tokens("North Korea"), (6, 14)) == 6
    assert comparison.for_script(comparison.tokens("북한 파병"), (6, 14)) == 14


def test_adjacent_numbers_stay_apart():
    assert comparison.numbers(["1", "2"]) == {"1", "2"}


def test_the_wording_key_is_16_digits_of_headline_and_text_apart():
    key = comparison.wording_key("a headline", "a text")
    assert len(key) == 16
    assert set(key) <= set("0123456789abcdef")
    assert key != comparison.wording_key("a headline", "")
    assert key != comparison.wording_key("", "a text")
    assert comparison.wording_key("a", "b c") != comparison.wording_key("a b", "c")


@pytest.mark.parametrize(
    ("units", "size", "expected"),
    [
        ([], 2, set()),
        (["a"], 2, {("a",)}),
        (["a", "b"], 2, {("a", "b")}),
        (["a", "b", "c"], 2, {("a", "b"), ("b", "c")}),
        (["a", "b", "a", "b"], 2, {("a", "b"), ("b", "a")}),
    ],
)
def test_shingles_are_all_runs_of_a_size(units, size, expected):
    assert comparison.shingles(units, size) == expected


def test_terms_are_beginnings_of_long_words_and_numbers_or_pairs_of_characters():
    units = comparison.tokens("the four Soldiers of 7 soldierly men")
    assert comparison.terms(units) == {("four",), ("soldi",), ("7",)}
    assert comparison.terms(comparison.tokens("朝鲜士")) == {("朝", "鲜"), ("鲜", "士")}


@pytest.mark.parametrize(
    ("text", "other", "share"),
    [
        ("alpha beta gamma delta", "alpha beta", 1.0),
        ("alpha beta", "alpha gamma delta", 0.5),
        ("alpha", "beta", 0.0),
        ("", "", 0.0),
        ("alpha", "", 0.0),
    ],
)
def test_overlap_is_a_share_of_the_shorter_text(text, other, share):
    first, second = (comparison.terms(comparison.tokens(words)) for words in (text, other))
    assert comparison.overlap(first, second) == share


@pytest.mark.parametrize(("units", "dense"), [(["ab", "ab"], False), (["a", "ab"], True)])
def test_tokens_shorter_than_two_on_average_are_dense(units, dense):
    assert comparison.is_dense(units) is dense
