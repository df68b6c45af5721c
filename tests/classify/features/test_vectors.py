"""Articles as rows of numbers: three blocks, two of unit length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.classify.features.describe import TopicClasses
from monitor.classify.features.lexicon import Lexicon
from monitor.classify.features.ngrams import Vocabulary
from monitor.classify.features.vectors import (
    ArticleFeatures,
    SparseRows,
    Vectoriser,
    extract_features,
)

LEXICON = Lexicon({"wolf": ("WOLF",)}, titles={"WOLF": "wolves"})
TOPIC = TopicClasses(first=frozenset({"WOLF"}), gate=frozenset({"WOLF"}))


def floats(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def vectoriser() -> Vectoriser:
    return Vectoriser(
        Vocabulary(["night", "wolf", "wolf night"], floats(1, 2, 3)),
        Vocabulary([" wo", "olf", "x y"], floats(1, 1, 1)),
        ["WOLF", "WOLF.title"],
        floats(0.1, 0.5),
    )


def dense(rows: SparseRows, width: int) -> np.ndarray:
    table = np.zeros((rows.size, width))
    np.add.at(table, (rows.row, rows.column), rows.value)
    return table


def article(title: str, body: str = "") -> ArticleFeatures:
    return extract_features(title, body, LEXICON, TOPIC)


def test_blocks_stand_side_by_side():
    assert vectoriser().starts == (0, 3, 6)
    assert len(vectoriser()) == 8


def test_words_and_characters_have_unit_length_and_the_lexicon_its_scale():
    table = dense(vectoriser().rows([article("Wolf wolf night")]), 8)[0]
    assert np.linalg.norm(table[:3]) == pytest.approx(1.0)
    assert np.linalg.norm(table[3:6]) == pytest.approx(1.0)
    assert table[6:] == pytest.approx([0.1, 0.5])


def test_weights_are_counts_times_inverse_document_frequency():
    table = dense(vectoriser().rows([article("wolf wolf night")]), 8)[0]
    length = np.sqrt(1**2 + 4**2 + 3**2)
    assert table[:3] == pytest.approx([1 / length, 4 / length, 3 / length])


def test_an_article_of_unknown_words_is_a_row_of_zeros():
    assert not dense(vectoriser().rows([article("Rain")]), 8).any()


def test_no_articles_are_no_rows():
    rows = vectoriser().rows([])
    assert rows.size == 0
    assert rows.times(np.ones((8, 2), np.float32)).shape == (0, 2)


def test_the_product_is_the_matrix_product():
    articles = [article("Wolf at night"), article("Rain"), article("night", "wolf")]
    matrix = np.arange(24, dtype=np.float32).reshape(8, 3)
    rows = vectoriser().rows(articles)
    assert rows.times(matrix) == pytest.approx(dense(rows, 8) @ matrix)


def test_a_word_seen_before_gives_the_same_places():
    twice = vectoriser()
    assert twice.character_indices("wolf wolf").tolist() == [0, 1, 0, 1]
    assert twice.character_indices("wolf wolf").tolist() == [0, 1, 0, 1]


def test_an_article_that_names_the_required_classes_passes_the_gate():
    assert article("A wolf").opens
    assert not article("Rain").opens


@given(st.lists(st.text("wolf night ", max_size=30), min_size=1, max_size=6))
def test_a_row_does_not_depend_on_its_neighbours(titles):
    vectors = vectoriser()
    rows = dense(vectors.rows([article(title) for title in titles]), 8)
    alone = [dense(vectors.rows([article(title)]), 8)[0] for title in titles]
    assert np.array_equal(rows, alone)
