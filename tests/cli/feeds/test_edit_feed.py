"""`monitor feeds edit`."""

from __future__ import annotations

from tests.cli.conftest import Terminal

URL = "https://wire.example/feed.xml"


def test_a_feed_is_changed_one_option_at_a_time(watch: Terminal):
    watch("feeds", "add", "--no-try", URL, "--tag", "asia")
    words = ("feeds", "edit", URL)
    changed = watch(*words, "--title", "Harbour Wire", "--lang", "ko", "--tag", "a", "--tag", "b")
    assert "title: Harbour Wire" in changed.err
    assert "tags: a, b" in changed.err
    shown = watch(*words, "--tag", "none", "--note", "slow", "--json").json()
    assert (shown["title"], shown["language"], shown["tags"]) == ("Harbour Wire", "ko", [])
    assert shown["note"] == "slow"
    assert "nothing changed" in watch(*words, "--lang", "ko").err
    assert "say what to change: --address" in watch.refused(*words)
    (entry, *_) = watch("audit", "list", "--json").json()["entries"]
    assert (entry["act"], entry["target"]) == ("edit feed", URL)


def test_a_feed_at_another_server_loses_its_password_and_says_so(watch: Terminal):
    watch("feeds", "add", "--no-try", "https://desk:kept-secret@wire.example/feed.xml")
    new = "https://new.example/feed.xml"
    moved = watch("feeds", "edit", URL, "--address", new, "--no-try")
    assert f"url: {new}" in moved.err
    assert "its password or headers were for the former server and are deleted" in moved.err
    assert watch("feeds", "show", new, "--json").json()["former_urls"] == [URL]
    assert "private address" in watch.refused("feeds", "edit", new, "--address", "http://10.0.0.1/")
