"""`monitor subscriptions preview`: the sentence, the table, the JSON."""

from __future__ import annotations

from tests.cli.conftest import Terminal


def test_a_subscription_is_shown_what_it_would_have_been_told(watch: Terminal):
    watch("subscriptions", "add", "me", "--email", "me@watch.example")
    shown = watch("subscriptions", "preview", "me")
    assert "It would have been told" in shown.err
    as_json = watch("subscriptions", "preview", "me", "--since", "2d", "--json").json()
    assert as_json["complete"] is True
    assert "in the past" in watch.refused("subscriptions", "preview", "me", "--since", "2099-01-01")
    assert "no subscription" in watch.refused("subscriptions", "preview", "nobody")
