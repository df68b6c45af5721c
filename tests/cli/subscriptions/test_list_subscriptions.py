"""`monitor subscriptions show`, and what waits."""

from __future__ import annotations

from monitor.domain.alerts import AlertState
from tests.cli.conftest import Terminal


def test_show_prints_the_state_and_pausing_prints_what_waits(watch: Terminal):
    watch("subscriptions", "add", "me", "--email", "me@watch.example", "--theme", "labour")
    shown = watch("subscriptions", "show", "me", "--json").json()
    assert shown["alerts"] == dict.fromkeys(AlertState, 0)
    assert (shown["failures"], shown["failing_since"], shown["rests_until"]) == (0, None, None)
    assert "0 alerts that wait are kept" in watch("subscriptions", "pause", "me").err
    result = watch("subscriptions", "show", "me")
    assert "paused by the operator" in result.out
    assert "0 alerts wait until `monitor subscriptions resume me`" in result.err
    assert " me: active; 0 alerts wait" in watch("subscriptions", "resume", "me").err
