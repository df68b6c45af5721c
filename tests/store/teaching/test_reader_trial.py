"""Trial of a second reader: when it is good enough."""

from __future__ import annotations

import pytest

from monitor.store.teaching.reader_trial import ReaderTrial
from tests.fakes import NOW


@pytest.mark.parametrize(
    ("asked", "correct", "passed"),
    [(20, 18, True), (20, 17, False), (19, 19, False), (200, 180, True), (0, 0, False)],
)
def test_nine_in_ten_right_answers_on_twenty_lines_are_needed(asked, correct, passed):
    trial = ReaderTrial(at=NOW, model="m", prompt="p", asked=asked, correct=correct)
    assert trial.passed is passed


def test_the_sentence_has_the_share():
    trial = ReaderTrial(at=NOW, model="qwen3", prompt="p", asked=213, correct=196)
    assert trial.sentence == "qwen3 was right on 196 of 213 lines in doubt (92.0%)."
