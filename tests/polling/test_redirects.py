"""A permanent redirect is believed after three answers in a row over a day."""

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
        ([NEW] * 25, NEW),  # exactly a day
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
        redirect = redirects.after_answer(redirect, moved_to, now)
    assert redirects.new_address(PollState(due_at=NOW, redirect=redirect), now) == expected


def test_three_answers_are_enough_when_a_day_lies_between():
    redirect = None
    for hours in (0, 12, 24):
        redirect = redirects.after_answer(redirect, NEW, NOW + hours * HOUR)
    state = PollState(due_at=NOW, redirect=redirect)
    assert redirects.new_address(state, NOW + 24 * HOUR) == NEW


def test_people_are_told_how_often_the_redirect_was_seen():
    once = redirects.after_answer(None, NEW, NOW)
    assert redirects.progress(once) == "seen once; followed for good after 3, over a day"


def test_two_answers_are_not_enough_however_far_apart():
    redirect = redirects.after_answer(
        redirects.after_answer(None, NEW, NOW), NEW, NOW + 99 * 24 * HOUR
    )
    later = NOW + 100 * 24 * HOUR
    assert redirects.new_address(PollState(due_at=NOW, redirect=redirect), later) is None
    assert redirects.progress(redirect).startswith(
        "seen 2 times in a row; followed for good after 3"
    )


def test_a_failing_feed_keeps_its_address():
    redirect = redirects.after_answer(None, NEW, NOW)
    for number in range(9):
        redirect = redirects.after_answer(redirect, NEW, NOW + number * HOUR)
    failed = PollState(due_at=NOW, redirect=redirect, failures=1)
    assert redirects.new_address(failed, NOW + 100 * HOUR) is None
