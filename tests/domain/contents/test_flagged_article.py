"""A flagged article as reports have it."""

from __future__ import annotations

from monitor.domain.contents.flagged_article import FlaggedArticle
from tests.fakes import NOW, article


def test_it_has_headline_score_themes_and_times_and_no_text():
    flagged = FlaggedArticle.of(article("a", backlog=True))
    assert (flagged.key, flagged.title) == ("a", "Sappers leave for Kursk")
    assert (flagged.score, flagged.themes) == (0.9, ("labour",))
    assert (flagged.backlog, flagged.seen_at, flagged.published_at) == (True, NOW, None)
