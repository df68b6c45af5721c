"""One 301 may be a slip; the same one again and again, for a day, is an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.domain.feeds import PollState
from monitor.polling import redirects
from tests.fakes import NOW

HOUR = timedelta(hours=1)
NEW, OTHER = "https://new.example/rss", "https://other.example/rss"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], None),
        ([NEW] * 2 * 24, NEW),
        ([NEW] * 24, None),  # a day is not over
        ([NEW, *[None] * 22, NEW, NEW], None),
        ([NEW] * 20 + [OTHER] * 20, None),
        ([NEW] * 20 + [OTHER] * 30, OTHER),
        ([NEW] * 40 + [None], None),
    ],
)
def test_an_address_changes_after_agreement_over_a_day(answers, expected):
    redirect, now = None, NOW
    for number, moved_to in enumerate(answers):
        now = NOW + number * HOUR
        redirect = redirects.heard(redirect, moved_to, now)
    assert redirects.new_address(PollState(due_at=NOW, redirect=redirect), now) == expected


def test_two_answers_are_not_enough_however_far_apart():
    redirect = redirects.heard(redirects.heard(None, NEW, NOW), NEW, NOW + 99 * 24 * HOUR)
    later = NOW + 100 * 24 * HOUR
    assert redirects.new_address(PollState(due_at=NOW, redirect=redirect), later) is None
    assert redirects.progress(redirect).startswith("said 2 times in a row; believed after 3")


def test_a_failure_moves_nothing():
    redirect = redirects.heard(None, NEW, NOW)
    for number in range(9):
        redirect = redirects.heard(redirect, NEW, NOW + number * HOUR)
    failed = PollState(due_at=NOW, redirect=redirect, failures=1)
    assert redirects.new_address(failed, NOW + 100 * HOUR) is None
