"""The headline and the beginning of the text are encoded."""

from __future__ import annotations

from monitor.classify.encoder.story_encoder import StoryEncoder
from monitor.stories.embeddings import cosine
from tests.fakes import FakeEncoder


def test_the_headline_is_encoded_and_headline_and_opening_together():
    fake = FakeEncoder()
    embedding = StoryEncoder(encoder=fake, model="m1").embedding("Rain", "Floods to come. " * 100)
    assert embedding.model == "m1"
    headline, whole = fake.texts
    assert headline == "Rain"
    assert whole.startswith("Rain Floods to come.")
    assert len(whole) <= 205
    rain, floods = (
        StoryEncoder(encoder=FakeEncoder(), model="m1").embedding(title, "")
        for title in ("Rain", "Floods")
    )
    assert cosine(embedding, rain) == cosine(embedding, floods)


def test_an_endless_headline_is_cut_and_read_once():
    fake = FakeEncoder()
    StoryEncoder(encoder=fake, model="m1").embedding("x" * 1_000_000, " ")
    assert fake.texts == ["x" * 300]
