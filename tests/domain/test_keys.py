"""How every key is made."""

from __future__ import annotations

from monitor.domain.keys import digest


def test_a_digest_keeps_its_parts_apart():
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("a") == digest("a")


def test_any_text_has_one():
    assert len(digest("\ud800", "", "北")) == 32
