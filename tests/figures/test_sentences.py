"""Sentences: line breaks and full stops, but not those of abbreviations."""

from __future__ import annotations

import pytest

from monitor.figures.sentences import LONGEST_SENTENCE, sentence_spans


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Headline\nOne. Two!", ["Headline", "One.", "Two!"]),
        ("Gen. Korzh left. It rained.", ["Gen. Korzh left.", "It rained."]),
        ("Ушли 2 тыс. солдат. Дождь.", ["Ушли 2 тыс. солдат.", "Дождь."]),
        ("兵士が来た。雨が降った。", ["兵士が来た。", "雨が降った。"]),
        ("\n \n", []),
    ],
)
def test_a_text_is_split_into_sentences(text, sentences):
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


@pytest.mark.parametrize("text", ["word " * 900, "字" * 1700])
def test_text_without_full_stops_is_cut_and_nothing_is_lost(text):
    spans = sentence_spans(text)
    assert max(end - start for start, end in spans) <= LONGEST_SENTENCE
    assert "".join(text[start:end] for start, end in spans).strip() == text.strip()
