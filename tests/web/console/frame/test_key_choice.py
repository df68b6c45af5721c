"""Tests of the choice of keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi import Request

from monitor.access.caller import local_caller
from monitor.domain.errors import ConfigError
from monitor.web.console.frame.key_choice import chosen_keys, parse_choice
from tests.fakes import NOW


@pytest.mark.parametrize(
    ("text", "choice"), [("", ""), ("r=a", "r=a"), ("r=a, x=d", "r=a x=d"), ("r=x x=r", "r=x x=r")]
)
def test_a_choice_is_kept(text: str, choice: str) -> None:
    assert parse_choice(text, is_off=False) == choice


@pytest.mark.parametrize(
    ("text", "words"),
    [("r=x", "x would do two things"), ("q=a", "no change of a key"), ("r=", "no change of a key")],
)
def test_a_choice_that_cannot_work_is_refused(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        parse_choice(text, is_off=False)


@pytest.mark.parametrize(
    ("stored", "keys"), [("off", "off"), ("r=a x=d", "r=a x=d"), ("<script>", ""), ("", "")]
)
def test_only_a_choice_is_used(stored: str, keys: str) -> None:
    caller = replace(local_caller("ann", NOW), key_choice=stored)
    request = Request({"type": "http", "headers": [], "state": {"caller": caller}})
    assert chosen_keys(request) == keys


def test_nobody_has_the_usual_keys() -> None:
    assert chosen_keys(Request({"type": "http", "headers": []})) == ""
