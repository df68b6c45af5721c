"""`monitor tokens`: add, list, remove."""

from __future__ import annotations

import re

import pytest

from tests.cli.conftest import Terminal

TOKEN = re.compile(r"wpt_[\w-]{48}")


def test_a_token_is_printed_once_listed_and_removed(watch: Terminal):
    token = watch("tokens", "add", "ci", "--role", "operator", "--json").json()
    assert TOKEN.fullmatch(token["token"])
    (listed,) = watch("tokens", "list", "--json").json()
    assert {**token, "is_over": False} == {**listed, "token": token["token"]}
    assert token["token"] not in watch("tokens", "list", "--json").out
    assert "ci" in watch("tokens", "list").out
    assert "removed token ci: " in watch("tokens", "remove", "ci").err
    assert watch("tokens", "list", "--json").json() == []
    assert "no tokens" in watch("tokens", "list").err


def test_the_secret_alone_is_on_standard_output(watch: Terminal):
    result = watch("tokens", "add", "ci", "--role", "viewer")
    assert TOKEN.fullmatch(result.out.strip())
    assert "valid until" in result.err


def test_scopes_days_and_owner_limit_it(watch: Terminal):
    watch("people", "add", "ann", "--role", "analyst")
    token = watch(
        "tokens", "add", "ci", "--role", "analyst", "--scope", "feeds:read", "--scope", "marks:*",
        "--days", "7", "--owner", "ann", "--json",
    ).json()  # fmt: skip
    assert (token["scopes"], token["owner"]) == (["marks:write", "feeds:read"], "ann")
    watch("people", "remove", "ann")
    assert watch("tokens", "list", "--json").json() == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("add", "ci", "--role", "viewer", "--scope", "x"), "--scope 'x': no such scope"),
        (("add", "ci", "--role", "viewer", "--scope", "people:*"), "of no use to the role viewer"),
        (("add", "ci", "--role", "viewer", "--days", "0"), "--days"),
        (("add", "ci", "--role", "viewer", "--owner", "nobody"), "no person 'nobody'"),
        (("remove", "none"), "no token 'none'"),
    ],
)
def test_what_can_not_be_done_is_refused(watch: Terminal, words, message):
    assert message in watch.refused("tokens", *words)
    assert watch("tokens", "list", "--json").json() == []


def test_a_token_above_its_owner_is_refused(watch: Terminal):
    watch("people", "add", "ann", "--role", "viewer")
    refused = watch.refused("tokens", "add", "ci", "--role", "admin", "--owner", "ann")
    assert "--role admin is above that of ann, viewer" in refused
