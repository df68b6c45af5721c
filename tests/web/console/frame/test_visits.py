"""Tests of the line "new since you were here"."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.web.console.frame.visits import Visit, cookie_text, next_visit, read_visit
from tests.fakes import NOW

HOUR = timedelta(hours=1)


def test_the_line_stays_during_a_visit_and_moves_with_the_next_one() -> None:
    first = next_visit(None, NOW, NOW)
    assert first.seen_until is None
    second = next_visit(first, NOW + timedelta(minutes=10), NOW + timedelta(minutes=11))
    assert second.seen_until is None
    later = next_visit(second, NOW + HOUR, NOW + 2 * HOUR)
    assert later.seen_until == NOW + timedelta(minutes=10)
    assert next_visit(later, NOW + HOUR, NOW + 2 * HOUR).seen_until == later.seen_until


def test_the_browser_gives_back_what_it_was_given() -> None:
    for visit in (Visit(None, None, NOW), Visit(NOW - HOUR, NOW, NOW + HOUR)):
        assert read_visit(cookie_text(visit)) == visit


@pytest.mark.parametrize("cookie", ["", "1.2", "1.2.x", "-1.2.3", "9" * 30 + ".1.1", "١.٢.٣"])
def test_a_cookie_that_is_no_visit_is_ignored(cookie: str) -> None:
    assert read_visit(cookie) is None
