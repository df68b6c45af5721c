"""`monitor subscriptions remove`, with and without --erase."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Terminal

ADDRESS = "mina@private.example"


def holding(folder: Path, words: str) -> list[str]:
    """The files of the database that hold these words."""
    return [
        file.name for file in folder.glob("watchpost.db*") if words.encode() in file.read_bytes()
    ]


def test_a_removed_subscription_is_gone_from_the_list(watch: Terminal):
    watch("subscriptions", "add", "me", "--email", ADDRESS)
    watch("subscriptions", "remove", "me")
    assert watch("subscriptions", "list", "--json").json() == []
    assert "no subscription" in watch.refused("subscriptions", "remove", "me")


def test_erase_removes_the_address_and_says_what_remains(watch: Terminal):
    watch("subscriptions", "add", "mina", "--email", ADDRESS)
    key = watch("subscriptions", "list", "--json").json()[0]["key"]
    erased = watch("subscriptions", "remove", "mina", "--erase", "--json")
    assert erased.json()["alerts"] == 0
    assert f"erased subscription {key[:8]} mina: address, filters and 0 messages" in erased.err
    assert "the audit log, which is never changed, keeps the name 'mina'" in erased.err
    assert holding(watch.folder, ADDRESS) == []
    entry = watch("audit", "list", "--json").json()["entries"][0]
    assert (entry["act"], entry["target"]) == ("erase subscription", key)
    assert "no subscription" in watch.refused("subscriptions", "remove", "mina", "--erase")
