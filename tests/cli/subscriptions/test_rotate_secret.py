"""`monitor subscriptions rotate`: a new signing secret."""

from __future__ import annotations

import pytest

from monitor.store.store import Store
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


def test_a_secret_that_the_receiver_brings_is_used_and_not_shown(watch: Terminal):
    secret = "whsec_" + "c2VjcmV0" * 4
    (watch.folder / "secret").write_text(f"{secret}\n")
    (watch.folder / "headers").write_text("X-Key: k3y\n")
    words = ("--secret-file", "secret")
    add = ("subscriptions", "add", "program", "--webhook", HOOK, "--header-file", "headers")
    added = watch(*add, *words)
    assert (added.code, added.out) == (0, "")
    shown = watch("subscriptions", "show", "program")
    assert "X-Key" in shown.out
    assert "k3y" not in shown.out
    with Store.open(f"sqlite:///{watch.folder / 'watchpost.db'}") as store:
        (stored,) = store.subscriptions.list()
    assert (stored.signing_secret, stored.headers) == (secret, (("X-Key", "k3y"),))
    (watch.folder / "secret").write_text("whsec_" + "bmV3c2Vj" * 4)
    rotated = watch("subscriptions", "rotate", "program", *words)
    assert (rotated.code, rotated.out) == (0, "")
    (watch.folder / "secret").write_text("too short")
    assert "has the form whsec_" in watch.refused("subscriptions", "rotate", "program", *words)
    moved = watch(
        "subscriptions", "edit", "program", "--address", "https://other.example/", "--json"
    )
    assert moved.json()["header_names"] == []
    changed = watch("subscriptions", "edit", "program", "--header-file", "headers", "--json")
    assert changed.json()["header_names"] == ["X-Key"]
    mail = ("subscriptions", "add", "me", "--email", "me@watch.example")
    assert "only webhooks are signed" in watch.refused(*mail, "--header-file", "headers")
