"""Keys of things: the same in every process, and never changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.domain import keys
from monitor.domain.keys import key_of

NOON = datetime(2025, 6, 17, 12, 30, tzinfo=UTC)


def test_a_key_keeps_its_parts_apart():
    assert key_of("ab", "c") != key_of("a", "bc")
    assert key_of("a") == key_of("a")


def test_any_text_has_a_key():
    assert len(key_of("\ud800", "", "北")) == 32


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        (keys.feed_key("https://wire.example/rss"), ("feed", "https://wire.example/rss")),
        (keys.subscription_key("me"), ("subscription", "me")),
        (keys.sign_up_key("Me@Watch.example"), ("signup", "me@watch.example")),
        (keys.confirmation_key("abc", NOON), ("confirm", "abc", "2025-06-17T12")),
        (
            keys.silence_key(NOON, "abc", None, "treaty", None),
            ("silence", "2025-06-17T12:30:00+00:00", "abc", "None", "treaty", "None"),
        ),
    ],
)
def test_each_kind_of_key_is_made_as_in_stored_databases(key, parts):
    assert key == key_of(*parts)
