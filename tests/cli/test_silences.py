"""`monitor silences`: added with an end and a reason, listed, ended."""

from __future__ import annotations

import time

import pytest

from tests.cli.conftest import Terminal

ADD = ("silences", "add", "--reason", "parades flood us")


def test_one_is_listed_until_it_is_ended(watch: Terminal):
    watch("subscriptions", "add", "me", "--email", "me@watch.example")
    added = watch(
        *ADD, "--theme", "troops", "--term", "parade", "--subscription", "me", "--for", "3d",
        "--json",
    ).json()  # fmt: skip
    (listed,) = watch("silences", "list", "--json").json()
    assert listed == added
    assert (listed["theme"], listed["term"], listed["kept_back"]) == ("troops", "parade", 0)
    shown = " ".join(watch("silences", "list").out.split())
    assert "theme troops “parade” for me" in shown
    assert "parades flood us" in shown
    assert ": it kept back 0" in watch("silences", "remove", added["key"][:8]).err
    assert watch("silences", "list", "--json").json() == []
    assert "(over)" in watch("silences", "list", "--all").out
    assert "was over already" in watch("silences", "remove", added["key"][:8]).err


def test_a_silence_ends_at_a_time_in_the_zone_of_the_terminal(
    watch: Terminal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TZ", "Asia/Seoul")
    time.tzset()
    added = watch(*ADD, "--theme", "troops", "--until", "2026-12-01T00:00").err
    listed = watch("silences", "list", "--all").out
    monkeypatch.undo()
    time.tzset()
    assert "until 2026-12-01 09:00 KST" in added
    assert "2026-12-01 09:00 KST" in listed


def test_nothing_silenced_says_so(watch: Terminal):
    assert "nothing is silenced" in watch("silences", "list").err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "either --for 3d or --until"),
        (("--for", "3d"), "say what to silence"),
        (("--for", "3d", "--until", "2099-01-01", "--term", "x"), "either --for"),
        (("--for", "0s", "--term", "x"), "over already"),
        (("--until", "2001-01-01", "--term", "x"), "over already"),
        (("--until", "3d", "--term", "x"), "for a length of time use --for"),
        (("--until", "9999-12-31T23:59:59-23:59", "--term", "x"), "lies outside the years"),
        (("--for", "900d", "--term", "x"), "at most a year"),
        (("--for", "3d", "--term", "…"), "has no letter"),
        (("--for", "3d", "--theme", "weather"), "no such theme"),
        (("--for", "3d", "--feed", "https://nowhere.example/"), "https://nowhere.example/"),
        (("--for", "3d", "--subscription", "nobody"), "no subscription 'nobody'"),
        (("--for", "3d", "--term", "x", "--reason", " "), "--reason is empty"),
    ],
)
def test_a_silence_without_sense_is_refused(watch: Terminal, words, message):
    assert message in watch.refused(*ADD, *words)
    assert watch("silences", "list", "--all", "--json").json() == []


def test_one_that_is_not_there_is_refused(watch: Terminal):
    assert "silences list --all" in watch.refused("silences", "remove", "nothing")


def test_a_recurring_silence_is_tried_before_it_is_added(watch: Terminal):
    words = (*ADD, "--theme", "troops", "--for", "30d", "--every", "sat,sun 22:00-06:00")
    preview = watch(*words, "--dry-run")
    assert "It would have kept back" in preview.err
    assert watch(*words, "--dry-run", "--json").json()["kept_back"] == 0
    assert watch("silences", "list", "--json").json() == []
    added = watch(*words, "--zone", "Europe/Warsaw", "--json").json()
    assert (added["every"], added["zone"]) == ("sat,sun 22:00-06:00", "Europe/Warsaw")
    shown = " ".join(watch("silences", "list").out.split())
    assert "theme troops, sat,sun 22:00-06:00 Europe/Warsaw" in shown
    assert "did you mean" in watch.refused(*words, "--zone", "Europe/Warschau")
    assert "--every" in watch.refused(*ADD, "--theme", "troops", "--for", "3d", "--every", "always")
    assert "--zone" in watch.refused(*ADD, "--theme", "troops", "--for", "3d", "--zone", "UTC")
