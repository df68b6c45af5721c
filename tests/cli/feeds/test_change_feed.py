"""`monitor feeds pause`, `resume`, `interval`, `full-text` and `remove`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.feeds import FeedState
from monitor.runtime import build
from monitor.settings import loader
from tests.cli.conftest import Terminal

URL = "https://wire.example/feed.xml"


def test_a_feed_is_found_by_the_beginning_of_its_key_and_by_its_address(watch: Terminal):
    key = watch("feeds", "add", "--no-try", URL, "--json").json()["key"]
    assert f"paused feed {key[:8]} https://wire.example/feed.xml: not polled until" in (
        watch("feeds", "pause", key[:8]).err
    )
    assert "next        after `monitor feeds resume`" in watch("feeds", "show", URL).out
    assert watch("feeds", "list", "--json").json()[0]["state"] == "paused"
    assert watch("feeds", "resume", URL).code == 0
    assert watch("feeds", "remove", URL).code == 0
    assert "no feed" in watch.refused("feeds", "remove", URL)


@pytest.mark.parametrize("command", ["interval", "every"])
def test_a_feeds_interval_is_set_and_made_automatic_again(watch: Terminal, command):
    key = watch("feeds", "add", "--no-try", URL, "--json").json()["key"]
    for time, interval in (("10m", "10m"), ("auto", None)):
        assert watch("feeds", command, key, time).code == 0
        assert watch("feeds", "show", key, "--json").json()["every"] == interval
    assert "interval 'often'" in watch.refused("feeds", command, key, "often")
    for time in ("1s", "59s", "0s", "31d", "10000d"):
        assert ": from 1m to 30d" in watch.refused("feeds", command, key, time)
        assert ": from 1m to 30d" in watch.refused(
            "feeds", "add", "--no-try", "https://other.example/feed", "--every", time
        )


def test_a_feed_that_was_gone_is_polled_again_when_resumed(watch: Terminal):
    watch("feeds", "add", "--no-try", URL)
    with build.open_store(loader.load(watch.folder / "monitor.toml", environment={})) as store:
        feed = store.feeds.find(URL)
        store.feeds.remove(feed.key)
        gone = replace(feed.poll, state=FeedState.GONE, failures=2)
        store.feeds.add(replace(feed, poll=gone))
    watch("feeds", "resume", URL)
    result = watch("feeds", "show", URL, "--json").json()
    assert (result["failures"], result["due_why"]) == (0, "now: it was resumed")


def test_full_text_is_switched_on_shown_exported_and_switched_off(watch: Terminal):
    watch("feeds", "add", "--no-try", URL, "--full-text")
    assert "from the pages of its new articles" in watch("feeds", "show", URL).out
    assert " full " in watch("feeds", "list").out
    assert 'watchpost:fullText="true"' in watch("feeds", "export").out
    watch("feeds", "export", "mine.opml")
    assert watch("feeds", "full-text", URL, "off").code == 0
    (feed,) = watch("feeds", "list", "--json").json()
    assert feed["full_text"] is False
    watch("feeds", "remove", URL)
    watch("feeds", "import", "mine.opml")
    (feed,) = watch("feeds", "list", "--json").json()
    assert feed["full_text"] is True


def test_headers_are_set_shown_by_name_and_removed(watch: Terminal):
    (watch.folder / "headers").write_text("Authorization: Bearer t0ken\nCookie: a=b\n")
    watch("feeds", "add", "--no-try", URL, "--header-file", "headers")
    shown = watch("feeds", "show", URL)
    assert "Authorization, Cookie; their values are hidden" in shown.out
    listed = watch("feeds", "list", "--json")
    assert listed.json()[0]["header_names"] == ["Authorization", "Cookie"]
    (watch.folder / "headers").write_text("X-Key: k3y\n")
    assert "sends X-Key" in watch("feeds", "headers", URL, "--header-file", "headers").err
    audit = watch("audit", "list", "--json")
    assert audit.json()["entries"][0]["after"] == {"headers": ["X-Key"]}
    exported = watch("feeds", "export").out + watch("export", "--setup").out
    for secret in ("t0ken", "k3y"):
        assert secret not in shown.out + listed.out + audit.out + exported
    assert "no headers any more" in watch("feeds", "headers", URL, "--remove").err
    assert watch("feeds", "list", "--json").json()[0]["header_names"] == []
    assert "say which: --header-file" in watch.refused("feeds", "headers", URL)


def test_a_user_name_and_an_authorization_header_do_not_go_together(watch: Terminal):
    (watch.folder / "headers").write_text("Authorization: Bearer t0ken\n")
    (watch.folder / "password").write_text("sesame")
    login = ("--user", "desk", "--password-file", "password")
    words = ("feeds", "add", "--no-try", URL, "--header-file", "headers")
    assert "has a user name already" in watch.refused(*words, *login)
    assert watch(*words).code == 0
    assert "has a user name already" in watch.refused("feeds", "login", URL, *login)
