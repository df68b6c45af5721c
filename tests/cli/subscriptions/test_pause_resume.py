"""`monitor subscriptions pause`, `resume` and `remove`."""

from __future__ import annotations

from tests.cli.conftest import Terminal


def test_pause_resume_and_remove(watch: Terminal):
    watch("subscriptions", "add", "me", "--email", "me@watch.example")
    watch("subscriptions", "pause", "me")
    assert watch("subscriptions", "list", "--json").json()[0]["state"] == "paused"
    watch("subscriptions", "resume", "me")
    assert watch("subscriptions", "list", "--json").json()[0]["state"] == "active"
    watch("subscriptions", "remove", "me")
    assert "no subscription" in watch.refused("subscriptions", "remove", "me")
