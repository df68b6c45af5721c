"""Tests of the names of languages."""

from __future__ import annotations

import pytest

from monitor.text.language_names import language_name


@pytest.mark.parametrize(
    ("tag", "name"),
    [("ko", "Korean"), ("ZH-Hans", "Chinese"), ("tlh", "tlh"), ("x y", "unknown language")],
)
def test_a_language_has_its_name(tag: str, name: str) -> None:
    assert language_name(tag) == name
    assert language_name(None) == "unknown language"
