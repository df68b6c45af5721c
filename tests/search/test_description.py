"""A question in words, as people read it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.search.description import describe
from monitor.search.grammar import parse

NOW = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("", "every article · newest first"),
        ("kursk -lang:ru", "has “kursk” · not: language ru · newest first"),
        ("a b OR c*", "(has “a” and has “b”) or has “c…” · newest first"),
        ("title:a sort:old", "headline has “a” · oldest first"),
        (
            "story:0a1b2c figure:killed claimant:NIS",
            "in story 0a1b2c · with figures: killed · with figures claimed by “nis” · newest first",
        ),
        ("kursk /r[ou]te/", "has “kursk” · matches /r[ou]te/ · newest first"),
        ("near:0.1", "score within 0.1 of its threshold · newest first"),
        ("figure:Killed>1500", "with figures: killed above 1,500 · newest first"),
        ("theme:arms theme:arms<0.4", "about arms · probability of arms below 0.4 · newest first"),
        ("is:near is:told", "near its threshold · is told · newest first"),
        ("since:7d", "seen since 2025-06-10 12:00 UTC · newest first"),
        ("before:2025-06-02", "seen before 2025-06-02 00:00 UTC · newest first"),
        ("site:www.a.example feed:x", "on a.example · from feed “x” · newest first"),
        ("rule:r term:t", "rule “r” matched · term “t” counted · newest first"),
        ("reason:below", "decided because: below · newest first"),
        ("score>=0.4 sort:score", "score at least 0.4 · highest score first"),
    ],
)  # fmt: skip
def test_a_question_is_told_in_words(question: str, words: str):
    assert describe(parse(question, NOW)) == words
