"""Signed tokens: always the same, valid for one purpose, and made by nobody else."""

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
    token = tokens.token(SECRET, Purpose.FEED, ME)
    assert token == tokens.token(SECRET, Purpose.FEED, ME)
    assert tokens.key_of_token(token) == KEY
    assert tokens.is_valid(token, SECRET, Purpose.FEED, ME)
    assert token.isalnum()


def test_a_token_is_valid_for_its_purpose_only():
    token = tokens.token(SECRET, Purpose.FEED, ME, "1")
    again = subscription(KEY, created_at=NOW + timedelta(seconds=1))
    assert not tokens.is_valid(token, SECRET, Purpose.FEED, ME)
    assert not tokens.is_valid(token, SECRET, Purpose.FEED, ME, "2")
    assert not tokens.is_valid(token, SECRET, Purpose.UNSUBSCRIBE, ME, "1")
    assert not tokens.is_valid(token, tokens.new_secret(), Purpose.FEED, ME, "1")
    assert not tokens.is_valid(token, SECRET, Purpose.FEED, again, "1")


@given(st.text(max_size=100))
def test_any_text_can_be_checked(text):
    tokens.key_of_token(text)
    assert not tokens.is_valid(text, SECRET, Purpose.FEED, ME)


def test_without_a_public_address_there_is_no_unsubscribe_link():
    assert tokens.unsubscribe_url("", SECRET, ME) is None
    link = tokens.unsubscribe_url("https://alerts.example", SECRET, ME)
    assert (
        link
        == f"https://alerts.example/unsubscribe/{tokens.token(SECRET, Purpose.UNSUBSCRIBE, ME)}"
    )


def test_the_feed_of_a_subscription_has_a_new_url_after_a_renewal():
    url = tokens.feed_url("https://alerts.example", SECRET, ME, 2, "atom")
    token = tokens.token(SECRET, Purpose.FEED, ME, "2")
    assert url == f"https://alerts.example/feeds/{token}.atom"
    assert tokens.feed_url("https://alerts.example", SECRET, ME, 3, "atom") != url


def test_a_new_secret_has_256_bits():
    assert len(tokens.new_secret()) == 64
    assert tokens.new_secret() != tokens.new_secret()


def test_the_feed_of_a_saved_search_has_an_address_of_its_own():
    url = tokens.search_feed_url("https://alerts.example", SECRET, ME, 0, "json")
    token = tokens.token(SECRET, Purpose.SEARCH, ME, "0")
    assert url == f"https://alerts.example/feeds/searches/{token}.json"
    assert not tokens.is_valid(token, SECRET, Purpose.FEED, ME, "0")
