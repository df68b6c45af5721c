"""Changes of marks are kept as they were made."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from monitor.domain.articles import Mark
from monitor.domain.review.mark_changes import MarkChange
from tests.fakes import NOW

MARK = Mark(article_key="a", relevant=True, themes=(), marked_at=NOW, by="ann")


def test_a_change_says_what_was_there_and_what_is_there_now():
    change = MarkChange(act="1", article_key="a", by="ann", at=NOW, before=None, after=MARK)
    assert (change.before, change.after, change.undoes) == (None, MARK, "")


def test_a_change_that_was_stored_is_not_rewritten():
    change = MarkChange(act="2", article_key="a", by="ann", at=NOW, before=MARK, after=None)
    with pytest.raises(FrozenInstanceError):
        change.after = MARK  # type: ignore[misc] # the point of the test
