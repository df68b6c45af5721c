"""What similar articles did to a score, in a sentence."""

from __future__ import annotations

import pytest

from monitor.domain.judged.similar_articles import SimilarArticles

CAME = "came in the three days before, 9 of them at or above the threshold"


@pytest.mark.parametrize(
    ("count", "shift", "after", "sentence"),
    [
        (12, 0.4, 0.58, f"12 articles like this one {CAME}: they raised its score from 0.48 to"),
        (1, -0.5, 0.36, f"1 article like this one {CAME}: it lowered its score from 0.48 to 0.36"),
        (2, 0.001, 0.4802, f"2 articles like this one {CAME}: its score stays 0.48"),
    ],
)
def test_the_sentence_says_how_many_there_were_and_what_they_did(count, shift, after, sentence):
    similar = SimilarArticles(count=count, flagged=9, log_odds=1.0, shift=shift)
    assert similar.sentence(0.48, after).startswith(sentence)
