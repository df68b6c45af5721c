"""Tokens: always the same, good for one thing, and made by nobody else."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor import links
from monitor.domain.keys import digest
from monitor.links import Purpose
from tests.fakes import NOW, subscription

SECRET = links.new_secret()
KEY = digest("subscription", "me")
ME = subscription(KEY)


def test_a_token_is_always_the_same_and_names_its_subscription():
    made = links.token(SECRET, Purpose.FEED, ME)
    assert made == links.token(SECRET, Purpose.FEED, ME)
    assert links.key_of(made) == KEY
    assert links.is_right(made, SECRET, Purpose.FEED, ME)
    assert made.isalnum()


def test_a_token_is_good_for_nothing_else():
    made = links.token(SECRET, Purpose.FEED, ME, "1")
    again = subscription(KEY, created_at=NOW + timedelta(seconds=1))
    assert not links.is_right(made, SECRET, Purpose.FEED, ME)
    assert not links.is_right(made, SECRET, Purpose.FEED, ME, "2")
    assert not links.is_right(made, SECRET, Purpose.UNSUBSCRIBE, ME, "1")
    assert not links.is_right(made, links.new_secret(), Purpose.FEED, ME, "1")
    assert not links.is_right(made, SECRET, Purpose.FEED, again, "1")


@given(st.text(max_size=100))
def test_whatever_is_given_is_no_error(text):
    links.key_of(text)
    assert not links.is_right(text, SECRET, Purpose.FEED, ME)


def test_there_is_no_link_where_readers_can_not_reach_us():
    assert links.unsubscribe("", SECRET, ME) is None
    link = links.unsubscribe("https://alerts.example", SECRET, ME)
    assert (
        link == f"https://alerts.example/unsubscribe/{links.token(SECRET, Purpose.UNSUBSCRIBE, ME)}"
    )
