"""Tests of the bounds of an answer."""

from __future__ import annotations

import pytest

from monitor.domain.errors import ConfigError
from monitor.web.assistants.answer_bounds import (
    LONGEST_ITEMS,
    LONGEST_TEXT,
    MOST_BYTES,
    bounded,
)


def test_a_short_answer_stays_as_it_is():
    document = {"title": "Kursk", "items": [{"themes": ["arms"]}], "next": None, "score": 0.5}
    assert bounded(document) == document


def test_what_is_cut_is_named_with_its_place():
    document = {
        "text": "x" * (LONGEST_TEXT + 1),
        "story": {"articles": list(range(LONGEST_ITEMS + 3))},
    }
    shown = bounded(document)
    assert len(shown["text"]) == LONGEST_TEXT
    assert shown["story"]["articles"] == list(range(LONGEST_ITEMS))
    assert shown["cut"] == [
        "text: 20,000 of 20,001 characters",
        "story.articles: 50 of 53 items",
    ]


def test_an_answer_that_is_too_large_all_the_same_is_refused():
    items = [{"text": "x" * LONGEST_TEXT}] * (MOST_BYTES // LONGEST_TEXT + 1)
    with pytest.raises(ConfigError, match="ask for fewer items"):
        bounded({"items": items})
