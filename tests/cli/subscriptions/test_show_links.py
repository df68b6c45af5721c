"""`monitor subscriptions links`; tests/actions/subscribing checks the links themselves."""

from __future__ import annotations

import os

from tests.cli.conftest import Terminal


def test_the_addresses_are_printed_and_renewed(watch: Terminal):
    os.environ["MONITOR_WEB__PUBLIC_URL"] = "https://alerts.example"
    watch("subscriptions", "add", "me", "--email", "me@watch.example")
    first = watch("subscriptions", "links", "me", "--json").json()
    assert first == watch("subscriptions", "links", "me", "--json").json()
    second = watch("subscriptions", "links", "me", "--renew", "--json").json()
    changed = {name for name, url in first.items() if url != second[name]}
    assert changed == {"atom", "json", "manage"}
    assert second["atom"] in watch("subscriptions", "links", "me").out


def test_without_a_public_address_there_are_no_links(watch: Terminal):
    watch("subscriptions", "add", "me", "--email", "me@watch.example")
    assert "web.public_url" in watch.refused("subscriptions", "links", "me")
