"""`monitor subscriptions rotate`: a new signing secret."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Terminal

HOOK = "https://receiver.example/hook"


def test_a_rotated_secret_is_shown_once_and_the_old_one_ends_in_a_day(watch: Terminal):
    first = watch("subscriptions", "add", "program", "--webhook", HOOK, "--json").json()["secret"]
    rotated = watch("subscriptions", "rotate", "program", "--json").json()
    assert rotated["secret"].startswith("whsec_")
    assert rotated["secret"] != first
    shown = watch("subscriptions", "show", "program", "--json")
    assert shown.json()["old_secrets_until"] == [rotated["old_until"]]
    for result in (
        shown,
        watch("subscriptions", "show", "program"),
        watch("subscriptions", "list"),
    ):
        assert "whsec_" not in result.out + result.err
    result = watch("subscriptions", "rotate", "program", "--now")
    assert result.out.startswith("whsec_")
    assert "ends at once" in result.err
    assert watch("subscriptions", "show", "program", "--json").json()["old_secrets_until"] == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("me",), "only webhooks are signed"),
        (("nobody",), "no subscription 'nobody'"),
        (("program", "--overlap", "soon"), "--overlap 'soon'"),
    ],
)
def test_a_rotation_that_is_not_possible_is_refused(watch: Terminal, words, message):
    watch("subscriptions", "add", "me", "--email", "me@watch.example")
    watch("subscriptions", "add", "program", "--webhook", HOOK)
    assert message in watch.refused("subscriptions", "rotate", *words)
