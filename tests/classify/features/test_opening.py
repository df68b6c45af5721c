"""How any two strings become one line of title and opening, matched and shown place by place."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.classify.features.opening import (
    BODY_CHARACTERS,
    TITLE_CHARACTERS,
    fold_characters,
    normalize,
    prepare_opening,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=400)


# Enough for a text that goes on after what is judged of it.
PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "wolves ",
                "at night",
                "x" * 90,
                "a " * 100,
                " ",
                "  ",
                "\n",
                "é",
                "e\u0301",
                " \u0308",
            ),
            *("Ёж ", "늑대 ", "狼", "—", ". ", "\u200b", " . - : — ", "12,5 ", "&amp;", "<p>"),
        ]
    ),
    max_size=14,
).map("".join)


@pytest.mark.parametrize(
    ("raw", "reads"),
    [
        ("  Two \t lines\r\n of it ", "Two lines of it"),
        ("A <b>bold</b> word", "A bold word"),
        ("Line<br/>break<!-- note -->", "Line break"),
        ("3 < 5 and 7 > 2", "3 < 5 and 7 > 2"),
        ("R&amp;D &amp;amp; more", "R&D & more"),
        ("&lt;p&gt;Escaped mark-up&lt;/p&gt;", "Escaped mark-up"),
        ("soft\u00adhyphen and\u200b nothing\ufeff", "softhyphen and nothing"),
        ("\u202eright to left\u202c", "right to left"),
        ("ＦＵＬＬ　ｗｉｄｔｈ", "FULL width"),
        ("한글", "한글"),
        ("北・朝 and 북ㆍ러", "北·朝 and 북·러"),
        ("half\ud83d a pair", "half a pair"),
        ("\x00\x07bell", "bell"),
        ("\u1112\u1161\u11ab", "한"),
        ("<>", "<>"),
        ("", ""),
    ],
)
def test_markup_and_invisible_characters_are_removed(raw, reads):
    assert normalize(raw) == reads


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Kim’s “North–South”", "kim's “north-south”"),
        ("Королёв", "королев"),
        ("İstanbul", "İstanbul"),
        ("ǅ ẞ", "ǆ ß"),
    ],
)
def test_look_alike_characters_fold_to_one(text, folded):
    assert fold_characters(text) == folded
    assert len(fold_characters(text)) == len(text)


def test_a_long_body_is_cut_between_words():
    opening = prepare_opening("Title", "rain and sun " * 100).shown.partition("\n")[2]
    assert BODY_CHARACTERS - 25 <= len(opening) <= BODY_CHARACTERS
    assert opening.split()[-1] in {"rain", "and", "sun"}


def test_a_body_without_spaces_is_cut_at_the_limit():
    assert prepare_opening("Title", "雨" * 1_000).shown == "Title\n" + "雨" * BODY_CHARACTERS


def test_a_title_has_a_limit_too():
    assert prepare_opening("x" * 5_000, "").title_end == TITLE_CHARACTERS


def test_a_body_that_repeats_the_headline_does_not_say_it_twice():
    assert prepare_opening("Rain on Sunday", "Rain on Sunday – and sun later").shown == (
        "Rain on Sunday\nand sun later"
    )


def test_the_title_ends_where_the_newline_stands():
    text = prepare_opening("A &amp; B", "<p>then more</p>")
    assert text.shown[text.title_end] == "\n"
    assert text.shown[: text.title_end] == "A & B"


@pytest.mark.parametrize(
    ("title", "body", "sentences"),
    [
        ("It rained", "and stopped", ["It rained\n", "and stopped"]),
        ("雨が降った。晴れた！", "", ["雨が降った。", "晴れた!\n", ""]),
        ("No end here", "Gen. Smith came", ["No end here\n", "Gen. Smith came"]),
        ("One", "costs 3.5 million", ["One\n", "costs 3.5 million"]),
        ("Rain | Sun ▲ Snow", "", ["Rain | ", "Sun ▲ ", "Snow\n", ""]),
        ("He left... “Why?” She came.", "", ["He left... ", "“Why?” ", "She came.\n", ""]),
        ("By J. Doe vs. Roe. End", "", ["By J. Doe vs. Roe. ", "End\n", ""]),
        ("「雨だ。」晴れ。。雪", "", ["「雨だ。」", "晴れ。。", "雪\n", ""]),
    ],
)
def test_sentences_begin_after_an_end(title, body, sentences):
    text = prepare_opening(title, body)
    bounds = (0, *text.sentences, len(text.shown))
    assert [text.shown[a:b] for a, b in pairwise(bounds)] == sentences


@given(ANY_TEXT, ANY_TEXT)
def test_any_two_strings_become_a_text(title, body):
    text = prepare_opening(title, body)
    assert len(text.shown) == len(text.folded)
    assert len(text.shown) <= TITLE_CHARACTERS + 1 + BODY_CHARACTERS
    assert text.shown.count("\n") == 1
    assert text.shown[text.title_end] == "\n"
    assert list(text.sentences) == sorted(set(text.sentences))
    text.shown.encode("utf-8")  # no half of a pair is left


@given(ANY_TEXT)
def test_folding_twice_changes_nothing(raw):
    once = fold_characters(normalize(raw))
    assert fold_characters(once) == once


@given(
    title=PIECES, start=st.sampled_from(["", "title", "title: ", "<i>title</i> – "]), rest=PIECES
)
def test_reading_only_the_opening_of_a_text_says_what_reading_all_of_it_says(title, start, rest):
    body = start.replace("title", title) + rest
    assert prepare_opening(title, body) == prepare_opening(
        title, f"<b>{body}"
    )  # mark-up: all of it is read
