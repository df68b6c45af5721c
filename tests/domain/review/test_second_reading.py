"""Second reading: its sentence."""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.review.second_reading import SecondReading
from tests.fakes import NOW

READING = SecondReading(
    article_key="a", at=NOW, relevant=True, reason="", model="m", prompt="p", text_digest="t"
)


def test_the_sentence_names_the_reader_and_its_answer():
    assert READING.sentence == "m (prompt p): relevant"
    no = replace(READING, relevant=False, reason="a parade")
    assert no.sentence == "m (prompt p): not relevant: a parade"
    none = replace(READING, relevant=None, fault="timeout: slow")
    assert none.sentence == "m (prompt p): no answer: timeout: slow"
