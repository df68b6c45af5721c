"""Words, pairs and runs of characters, and which of them a vocabulary keeps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.classify.features import ngrams


@pytest.mark.parametrize(
    ("folded", "expected"),
    [
        ("wolves at night", ["wolves", "at", "night"]),
        ("don't 3-5", ["don", "t", "3", "5"]),
        ("북한군 포로", ["북한군", "포로"]),
        ("朝鲜士兵", ["朝鲜", "鲜士", "士兵"]),
        ("俄", ["俄"]),
        ("朝鲜", ["朝鲜"]),
        ("kim金正恩x", ["kim", "金正", "正恩", "x"]),
        ("ロシア軍", ["ロシ", "シア", "ア軍"]),
        ("_ … !", []),
        ("", []),
    ],
)
def test_words_are_split_by_script(folded, expected):
    assert [folded[start:end] for start, end in ngrams.word_spans(folded)] == expected


def test_words_come_alone_and_in_pairs():
    assert ngrams.word_ngrams("a wolf came") == ["a", "wolf", "came", "a wolf", "wolf came"]


@given(st.text("ab1_ -é고로朝鲜ア", max_size=40))
def test_whatever_its_script_the_words_of_a_text_are_its_tokens(folded):
    single = [folded[start:end] for start, end in ngrams.word_spans(folded)]
    assert ngrams.word_ngrams(folded)[: len(single)] == single


def test_runs_of_a_word_know_its_edges():
    assert ngrams.ngrams_of_word("ox") == [" o", "ox", "x ", " ox", "ox ", " ox "]


def test_runs_are_two_to_five_long():
    assert {len(run) for run in ngrams.ngrams_of_word("shepherd")} == {2, 3, 4, 5}


def test_runs_do_not_cross_words():
    assert set(ngrams.character_ngrams("ox cow")) == {
        *ngrams.ngrams_of_word("ox"),
        *ngrams.ngrams_of_word("cow"),
    }


def test_a_vocabulary_keeps_what_enough_documents_contain():
    vocabulary = ngrams.fit_vocabulary([["a", "a", "b"], ["b", "c"], ["c", "b"]], min_documents=2)
    assert vocabulary.names == ("b", "c")
    assert len(vocabulary) == 2


def test_what_is_rare_weighs_more():
    vocabulary = ngrams.fit_vocabulary([["often"], ["often", "seldom"], ["often"]], min_documents=1)
    assert (
        vocabulary.idf[vocabulary.index["seldom"]]
        > vocabulary.idf[vocabulary.index["often"]]
        == pytest.approx(1.0)
    )
    assert vocabulary.idf.dtype == np.float32


def test_places_keep_repeats_and_drop_the_unknown():
    vocabulary = ngrams.Vocabulary(["x", "y"], np.ones(2, np.float32))
    assert vocabulary.indices(["y", "?", "x", "y"]) == [1, 0, 1]


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=5), max_size=8), st.randoms())
def test_the_order_of_documents_does_not_matter(documents, random):
    first = ngrams.fit_vocabulary(documents, min_documents=2)
    random.shuffle(documents)
    again = ngrams.fit_vocabulary(documents, min_documents=2)
    assert first.names == again.names
    assert np.array_equal(first.idf, again.idf)


@given(st.text(max_size=80))
def test_tokens_are_stretches_of_the_text_from_left_to_right(folded):
    spans = ngrams.word_spans(folded)
    assert all(0 <= start < end <= len(folded) for start, end in spans)
    assert spans == sorted(spans)
