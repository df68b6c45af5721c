"""`monitor audit list`: what was done, the newest first."""

from __future__ import annotations

import pytest

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


FEED = "https://wire.example/rss"
SUBSCRIPTION = ("subscriptions", "add", "me", "--webhook", "https://receiver.example/hook")


@pytest.mark.parametrize(
    ("before", "command", "act", "target"),
    [
        ([], ("feeds", "add", FEED, "--no-try"), "add feed", FEED),
        ([], ("feeds", "import", "--starter"), "import feeds", "feeds.opml"),
        ([], SUBSCRIPTION, "add subscription", "me"),
        ([], ("silences", "add", "--reason", "x", "--for", "1d", "--term", "x"), "add silence", ""),
        *(
            ([("feeds", "add", FEED, "--no-try")], ("feeds", *words), act, FEED)
            for words, act in (
                (("pause", FEED), "pause feed"),
                (("resume", FEED), "resume feed"),
                (("interval", FEED, "2h"), "set interval"),
                (("full-text", FEED, "on"), "set full text"),
                (("login", FEED, "--remove"), "set login"),
                (("remove", FEED), "remove feed"),
            )
        ),
        *(
            ([SUBSCRIPTION], ("subscriptions", *words), act, "me")
            for words, act in (
                (("edit", "me", "--cadence", "daily", "--at", "07:30"), "edit subscription"),
                (("pause", "me"), "pause subscription"),
                (("resume", "me"), "resume subscription"),
                (("rotate", "me"), "rotate secret"),
                (("remove", "me"), "remove subscription"),
            )
        ),
        (
            [SUBSCRIPTION],
            ("deliveries", "replay", "--subscription", "me", "--since", "1d", "--yes"),
            "send again",
            "me",
        ),
        ([], ("deliveries", "retry", "--all-dead"), "send again", "all undelivered alerts"),
    ],
)
def test_every_command_that_changes_something_is_in_the_log(
    watch: Terminal, before, command, act, target
):
    for words in before:
        assert watch(*words).code == 0
    result = watch(*command)
    assert result.code == 0, result.err
    newest = watch("audit", "list", "--json").json()["entries"][0]
    assert (newest["act"], newest["door"]) == (act, "command line")
    assert newest["target"].startswith(target)
    assert "whsec_" not in str(newest)


def test_a_look_without_yes_is_not_in_the_log(watch: Terminal):
    watch(*SUBSCRIPTION)
    watch("deliveries", "replay", "--subscription", "me", "--since", "1d")
    acts = [entry["act"] for entry in watch("audit", "list", "--json").json()["entries"]]
    assert acts == ["add subscription"]
