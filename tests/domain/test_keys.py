"""How every key is made."""

from __future__ import annotations

from monitor.domain.keys import key_of


def test_a_digest_keeps_its_parts_apart():
    assert key_of("ab", "c") != key_of("a", "bc")
    assert key_of("a") == key_of("a")


def test_any_text_has_one():
    assert len(key_of("\ud800", "", "北")) == 32
