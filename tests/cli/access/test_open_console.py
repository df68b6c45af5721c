"""`monitor console`: a link for whoever owns the machine, opened on a desktop only."""

from __future__ import annotations

import sys

import pytest

from monitor.cli.access.open_console import has_desktop
from tests.cli.conftest import Terminal


def test_the_first_link_makes_an_admin_and_the_next_is_for_the_same_one(watch: Terminal):
    first = watch("console", "--json").json()
    assert first["role"] == "admin"
    second = watch("console", "--json").json()
    assert (second["name"], second["link"] != first["link"]) == (first["name"], True)
    assert len(watch("people", "list", "--json").json()) == 1
    assert "/console/sign-in/link/" in watch("console", "--no-open").out


def test_somebody_else_is_named(watch: Terminal):
    watch("people", "add", "ann", "--role", "viewer")
    assert watch("console", "Ann", "--json").json()["name"] == "ann"
    assert "no person 'nobody'" in watch.refused("console", "nobody")


@pytest.mark.parametrize(
    ("is_terminal", "environment", "platform", "expected"),
    [
        (True, {"DISPLAY": ":0"}, "linux", True),
        (True, {"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        (True, {}, "linux", False),
        (True, {}, "darwin", True),
        (True, {"DISPLAY": ":0", "SSH_CONNECTION": "1 2 3 4"}, "linux", False),
        (False, {"DISPLAY": ":0"}, "linux", False),
    ],
)
def test_a_browser_opens_only_before_the_eyes_of_who_asked(
    monkeypatch: pytest.MonkeyPatch, is_terminal, environment, platform, expected
):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal)
    assert has_desktop(environment, platform) is expected
