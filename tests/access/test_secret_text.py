"""Secrets are random and recognisable; only their digests are stored."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.access import secret_text


def test_an_access_token_is_known_by_its_beginning_and_its_checksum():
    token = secret_text.new_token()
    assert re.fullmatch(r"wpt_[A-Za-z0-9_-]{48}", token)
    assert secret_text.is_token(token)
    assert secret_text.new_token() != token


@given(position=st.integers(min_value=4, max_value=51), letter=st.sampled_from("Az09_-"))
def test_an_access_token_with_one_wrong_letter_is_not_accepted(position, letter):
    token = secret_text.new_token()
    wrong = token[:position] + letter + token[position + 1 :]
    assert secret_text.is_token(wrong) is (wrong == token)


@given(st.text())
def test_other_texts_are_no_access_tokens(text):
    assert not secret_text.is_token(text)
    assert not secret_text.is_token("wpt_" + text)


def test_a_secret_has_256_bits_in_letters_of_a_url():
    secret = secret_text.new_secret()
    assert len(secret) == 43
    assert secret_text.is_secret(secret)
    assert secret_text.new_secret() != secret


@pytest.mark.parametrize("text", ["", "a" * 42, "a" * 44, "ä" * 43, "a" * 42 + "\n", "a b" * 14])
def test_other_texts_are_no_secrets(text):
    assert not secret_text.is_secret(text)


def test_a_digest_shows_nothing_of_the_secret_and_takes_any_text():
    assert secret_text.digest("a") == (
        "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    )
    assert len(secret_text.digest("\ud800")) == 64
