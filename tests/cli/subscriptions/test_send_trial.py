"""`monitor subscriptions test`: one message now."""

from __future__ import annotations

import json
import os

from tests.cli.conftest import Terminal


def test_a_test_message_is_written_where_mails_go(watch: Terminal):
    watch("subscriptions", "add", "me", "--email", "me@watch.example")
    assert watch("subscriptions", "test", "me").code == 0
    assert len(list((watch.folder / "alerts").glob("*.eml"))) == 1


def test_a_failed_test_prints_how_long_it_took_and_a_remedy(watch: Terminal):
    os.environ["MONITOR_EMAIL__HOST"] = "127.0.0.1"
    os.environ["MONITOR_EMAIL__PORT"] = "9"
    watch("subscriptions", "add", "me", "--email", "me@watch.example")
    result = watch("subscriptions", "test", "me", "--json")
    assert result.code == 1
    answered = json.loads(result.out)
    assert (answered["ok"], answered["reason"]) == (False, "connect")
    assert "email.port" in answered["hint"]
    assert answered["took_ms"] < 10_000
    assert "what to do: check email.host" in watch("subscriptions", "test", "me").err
