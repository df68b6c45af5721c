"""Second reading: its sentence."""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.review.second_reading import SecondReading, is_second_reader, second_reader
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


def test_a_confirmation_by_a_second_reader_is_told_from_one_by_a_person():
    assert second_reader("qwen3") == "the second reader (qwen3)"
    assert is_second_reader(second_reader("qwen3"))
    assert not is_second_reader("Ana")
    assert not is_second_reader("")
