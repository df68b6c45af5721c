"""Vectors are compared less the mean of their language, in whole numbers."""

from __future__ import annotations

import pytest

from monitor.stories.embeddings import ANY_LANGUAGE, SCALE, Embedding, LanguageMeans, cosine

MODEL = "m1"


def embedding(*vector: float, model: str = MODEL) -> Embedding:
    return Embedding.of(vector, model)


def means() -> LanguageMeans:
    nothing = embedding(0, 0, 0)
    return LanguageMeans({ANY_LANGUAGE: nothing, "ko": embedding(0.25, 0, 0)})


def test_a_vector_is_stored_with_its_model_and_read_again():
    stored = embedding(0.3, -0.3, 0.001).to_text()
    assert stored.startswith("m1:")
    assert Embedding.from_text(stored) == embedding(0.3, -0.3, 0.001)


@pytest.mark.parametrize("text", ["", "m1:", "m1:no base64!", "m1"])
def test_a_damaged_vector_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        Embedding.from_text(text)


def test_large_components_are_cut_to_one_byte():
    assert list(embedding(0.9, -0.9, 0.0).components) == [127, -127, 0]


def test_the_cosine_of_vectors_of_unit_length():
    first, second = [0.25] * 16, [0.25, -0.25] * 8
    assert cosine(embedding(*first), embedding(*first)) == pytest.approx(1)
    assert cosine(embedding(*first), embedding(*second)) == pytest.approx(0)


def test_a_vector_is_taken_less_the_mean_of_its_language():
    korean = means().centred("ko", embedding(0.25, 0.15, 0))
    assert list(korean.components) == [0, 127, 0]
    without_mean = LanguageMeans({ANY_LANGUAGE: embedding(*[0] * 20)})
    vector = embedding(*[0.2, 0.25] * 10)
    assert cosine(without_mean.centred("en", vector), vector) == pytest.approx(1, abs=0.02)


def test_the_mean_follows_the_stream():
    running = means()
    for _ in range(3_000):
        running.count("en", embedding(0.25, 0, 0))
    shifted = running.centred("en", embedding(0.25, 0.15, 0)).components
    assert abs(shifted[0]) < 10
    assert shifted[1] == 127


def test_what_is_uncounted_leaves_no_trace():
    running = means()
    running.count("ko", embedding(0.1, 0.2, 0.3))
    running.uncount("ko", embedding(0.1, 0.2, 0.3))
    article = embedding(0.3, 0.1, 0.2)
    assert running.centred("ko", article) == means().centred("ko", article)


def test_a_centred_vector_has_unit_length():
    centred = means().centred("ko", embedding(*[0.05] * 3))
    length = sum(value * value for value in centred.components) ** 0.5
    assert length <= SCALE
