"""Tokens: always the same, good for one thing, and made by nobody else."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts import tokens
from monitor.alerts.tokens import Purpose
from monitor.domain.keys import key_of
from tests.fakes import NOW, subscription

SECRET = tokens.new_secret()
KEY = key_of("subscription", "me")
ME = subscription(KEY)


def test_a_token_is_always_the_same_and_names_its_subscription():
    made = tokens.token(SECRET, Purpose.FEED, ME)
    assert made == tokens.token(SECRET, Purpose.FEED, ME)
    assert tokens.subscription_key_of(made) == KEY
    assert tokens.is_valid(made, SECRET, Purpose.FEED, ME)
    assert made.isalnum()


def test_a_token_is_good_for_nothing_else():
    made = tokens.token(SECRET, Purpose.FEED, ME, "1")
    again = subscription(KEY, created_at=NOW + timedelta(seconds=1))
    assert not tokens.is_valid(made, SECRET, Purpose.FEED, ME)
    assert not tokens.is_valid(made, SECRET, Purpose.FEED, ME, "2")
    assert not tokens.is_valid(made, SECRET, Purpose.UNSUBSCRIBE, ME, "1")
    assert not tokens.is_valid(made, tokens.new_secret(), Purpose.FEED, ME, "1")
    assert not tokens.is_valid(made, SECRET, Purpose.FEED, again, "1")


@given(st.text(max_size=100))
def test_whatever_is_given_is_no_error(text):
    tokens.subscription_key_of(text)
    assert not tokens.is_valid(text, SECRET, Purpose.FEED, ME)


def test_there_is_no_link_where_readers_can_not_reach_us():
    assert tokens.unsubscribe_url("", SECRET, ME) is None
    link = tokens.unsubscribe_url("https://alerts.example", SECRET, ME)
    assert (
        link
        == f"https://alerts.example/unsubscribe/{tokens.token(SECRET, Purpose.UNSUBSCRIBE, ME)}"
    )
