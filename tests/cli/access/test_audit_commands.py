"""`monitor audit list`: what was done, the newest first."""

from __future__ import annotations

from tests.cli.conftest import Terminal


def test_every_change_of_people_and_tokens_is_listed(watch: Terminal):
    watch("people", "add", "ann", "--role", "viewer", "--reason", "she is new")
    watch("people", "role", "ann", "analyst")
    watch("tokens", "add", "ci", "--role", "viewer")
    watch("tokens", "remove", "ci", "--reason", "stolen")
    watch("people", "remove", "ann")
    entries = watch("audit", "list", "--json").json()["entries"]
    assert [entry["act"] for entry in entries] == [
        "remove person", "remove token", "add token", "change role", "make sign-in link",
        "add person",
    ]  # fmt: skip
    assert (entries[-1]["reason"], entries[-1]["door"]) == ("she is new", "command line")
    table = watch("audit", "list").out
    assert "role: viewer → analyst" in table
    assert "stolen" in table


def test_entries_are_chosen_by_target_time_and_page(watch: Terminal):
    for name in ("ann", "bo"):
        watch("people", "add", name, "--role", "viewer")
    of_ann = watch("audit", "list", "--target", "ann", "--json").json()["entries"]
    assert {entry["target"] for entry in of_ann} == {"ann"}
    assert watch("audit", "list", "--since", "2099-01-01", "--json").json()["entries"] == []
    assert watch("audit", "list", "--by", "nobody", "--json").json()["entries"] == []
    page = watch("audit", "list", "--limit", "3", "--json").json()
    rest = watch("audit", "list", "--before", str(page["next"]), "--json").json()
    assert len(page["entries"] + rest["entries"]) == 4
    assert f"--before {page['next']}" in watch("audit", "list", "--limit", "3").err
    assert "no such entry" in watch("audit", "list", "--by", "nobody").err
