"""How parsing ended, in a sentence."""

from __future__ import annotations

import pytest

from monitor.collect.parse.outcome import ParseOutcome, damage_message


@pytest.mark.parametrize(
    ("outcome", "whole", "sentence"),
    [
        (ParseOutcome.WHOLE, 3, None),
        (ParseOutcome.BROKEN, 3, None),
        (ParseOutcome.CUT, 3, "the document is cut off after entry 3; the rest is missing"),
        (ParseOutcome.CUT, 0,
         "the document is cut off before its first entry ends; the rest is missing"),
        (ParseOutcome.FULL, 9, "only the first 9 entries were read; the document has more"),
        (ParseOutcome.TRIPPED, 1, "the document can't be read after entry 1"),
    ],
)  # fmt: skip
def test_only_what_is_missing_has_a_sentence(outcome, whole, sentence):
    assert damage_message(outcome, whole) == sentence
