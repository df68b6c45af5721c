"""`monitor subscriptions pause` and `resume`."""

from __future__ import annotations

from tests.cli.conftest import Terminal


def test_pause_and_resume(watch: Terminal):
    watch("subscriptions", "add", "me", "--email", "me@watch.example")
    watch("subscriptions", "pause", "me")
    assert watch("subscriptions", "list", "--json").json()[0]["state"] == "paused"
    watch("subscriptions", "resume", "me")
    assert watch("subscriptions", "list", "--json").json()[0]["state"] == "active"
