"""`monitor people`: add, list, link, role, remove."""

from __future__ import annotations

import re

import pytest

from tests.cli.conftest import Terminal

LINK = re.compile(r"http://127\.0\.0\.1:\d+/console/sign-in/link/[\w-]{43}")


def test_a_person_is_added_with_a_link_listed_and_removed(watch: Terminal):
    added = watch("people", "add", "Ann", "--role", "analyst", "--json").json()
    assert (added["name"], added["role"], sorted(added)) == (
        "Ann",
        "analyst",
        ["link", "name", "role"],
    )
    assert LINK.fullmatch(added["link"])
    (listed,) = watch("people", "list", "--json").json()
    assert (listed["name"], listed["role"], listed["has_password"]) == ("Ann", "analyst", False)
    assert "Ann" in watch("people", "list").out
    assert "removed person Ann: " in watch("people", "remove", "ann").err
    assert watch("people", "list", "--json").json() == []


def test_the_link_alone_is_on_standard_output(watch: Terminal):
    result = watch("people", "add", "me", "--role", "admin")
    assert LINK.fullmatch(result.out.strip())
    assert "person me: admin; this link signs in once, until" in result.err


def test_nobody_says_how_to_add_the_first_one(watch: Terminal):
    assert "monitor people add NAME --role admin" in watch("people", "list").err


def test_a_new_link_replaces_the_older_one_and_a_reset_ends_sessions(watch: Terminal):
    first = watch("people", "add", "me", "--role", "admin", "--json").json()["link"]
    second = watch("people", "link", "me", "--json").json()["link"]
    assert first != second
    result = watch("people", "link", "me", "--reset", "--reason", "laptop lost")
    assert "reset person me: sessions ended; password and passkeys removed" in result.err
    assert LINK.fullmatch(result.out.strip())


def test_a_role_is_changed(watch: Terminal):
    watch("people", "add", "me", "--role", "admin")
    assert "changed person me: viewer, was admin" in watch("people", "role", "me", "viewer").err
    assert "kept person me: viewer" in watch("people", "role", "me", "viewer").err
    change = watch("people", "role", "me", "operator", "--json").json()
    assert change == {"name": "me", "role": "operator", "before": "viewer"}


def test_the_link_has_the_public_address(watch: Terminal):
    file = watch.folder / "monitor.toml"
    file.write_text(
        '[web]\nlisten = "0.0.0.0:80"\nconsole = true\npublic_url = "https://w.example"\n'
    )
    link = watch("people", "add", "me", "--role", "admin", "--json").json()["link"]
    assert link.startswith("https://w.example/console/sign-in/link/")


def test_where_the_console_is_off_the_command_says_what_to_set(watch: Terminal):
    (watch.folder / "monitor.toml").write_text("")
    result = watch("people", "add", "me", "--role", "admin", "--json")
    assert "set `web.console = true`" in result.err
    assert LINK.fullmatch(result.json()["link"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("add", "", "--role", "viewer"), "is empty"),
        (("add", "a/b", "--role", "viewer"), "letters, digits"),
        (("add", "me", "--role", "boss"), "'viewer', 'analyst', 'operator', 'admin'"),
        (("add", "me"), "--role"),
        (("link", "nobody"), "no person 'nobody': `monitor people list` shows them"),
        (("role", "nobody", "viewer"), "no person 'nobody'"),
        (("remove", "nobody"), "no person 'nobody'"),
    ],
)
def test_what_can_not_be_done_is_refused(watch: Terminal, words, message):
    assert message in watch.refused("people", *words)
    assert watch("people", "list", "--json").json() == []


def test_a_name_that_is_taken_is_refused(watch: Terminal):
    watch("people", "add", "me", "--role", "admin")
    assert "there is a person 'ME' already" in watch.refused(
        "people", "add", "ME", "--role", "viewer"
    )
