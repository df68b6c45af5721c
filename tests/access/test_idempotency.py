"""Tests of what a request is to another one with the same key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.access.caller import Caller, Door
from monitor.access.idempotency import (
    Repetition,
    StoredAnswer,
    is_usable_key,
    keyed_request,
    repetition,
)
from monitor.access.roles import PersonRole
from tests.fakes import NOW

ANN = Caller(name="ann", role=PersonRole.VIEWER, door=Door.API, token_key="t1")
BO = Caller(name="bo", role=PersonRole.VIEWER, door=Door.API, token_key="t2")
DONE = StoredAnswer(status=200, headers={}, body="{}")


def request(caller: Caller = ANN, key: str = "k", *parts: bytes):
    return keyed_request(caller, key, *(parts or (b"POST", b"/judge", b"{}")), now=NOW)


def test_keys_of_two_callers_are_two_keys() -> None:
    assert request(ANN).key != request(BO).key
    assert request(ANN).key == request(ANN).key
    assert request(key="k1").key != request(key="k2").key


def test_parts_of_a_request_do_not_run_into_each_other() -> None:
    assert request(ANN, "k", b"ab", b"c").fingerprint != request(ANN, "k", b"a", b"bc").fingerprint


def test_a_request_is_repeated_another_or_unfinished() -> None:
    first = request()
    assert repetition(request(), first) is Repetition.UNFINISHED
    assert repetition(request(), replace(first, answer=DONE)) is Repetition.SAME
    other = request(ANN, "k", b"POST", b"/judge", b"{ }")
    assert repetition(other, replace(first, answer=DONE)) is Repetition.OTHER


@pytest.mark.parametrize(
    ("key", "usable"),
    [("a", True), ("x" * 255, True), ("", False), ("x" * 256, False), ("é", False), ("a\n", False)],
)
def test_a_key_is_printable_ascii(key: str, usable: bool) -> None:
    assert is_usable_key(key) is usable
