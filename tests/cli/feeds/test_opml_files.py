"""`monitor feeds import` and `export`: lists in OPML."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Terminal

URL = "https://wire.example/feed.xml"


def test_a_list_is_imported_and_feeds_that_can_not_be_polled_are_named(watch: Terminal):
    (watch.folder / "mine.opml").write_text(
        "<opml version='2.0'><body><outline text='Asia'>"
        f"<outline xmlUrl='{URL}' title='Wire'/><outline xmlUrl='file:///etc/passwd'/>"
        "</outline></body></opml>"
    )
    result = watch("feeds", "import", "mine.opml", "--json").json()
    assert result["added"] == 1
    assert "file:///etc/passwd" in result["refused"][0]
    (feed,) = watch("feeds", "list", "--json").json()
    assert (feed["title"], feed["tags"]) == ("Wire", ["Asia"])
    assert watch("feeds", "import", "mine.opml", "--json").json()["added"] == 0


def test_a_damaged_list_is_imported_in_part_with_notes(watch: Terminal):
    too_long = f"https://wire.example/{'x' * 2_100}"
    (watch.folder / "mine.opml").write_text(
        f"<opml><body><outline xmlUrl='{URL}' title='Wire'/><outline type='rss' text='Lost'/>"
        f"<outline xmlUrl='{too_long}' title='Long'/></body></opml>"
    )
    result = watch("feeds", "import", "mine.opml").err
    assert "left out: https://wire.example/xxx" in result
    assert "note: it names no version" in result
    assert "note: “Lost” is a feed without an address (xmlUrl): left out" in result
    assert "1 feed added" in result


def test_a_file_without_end_is_refused(watch: Terminal):
    assert "larger than" in watch.refused("feeds", "import", "/dev/zero")


def test_an_exported_list_is_the_same_after_its_import(watch: Terminal):
    watch("feeds", "add", "--no-try", URL, "--every", "15m", "--lang", "ko", "--tag", "Asia")
    watch("feeds", "add", "--no-try", f"{URL}2", "--tag", "Asia", "--tag", "tv", "--full-text")
    watch("feeds", "pause", URL)
    names = ("url", "title", "language", "every", "tags", "note", "full_text", "state")
    before = [[feed[name] for name in names] for feed in watch("feeds", "list", "--json").json()]
    watch("feeds", "export", "mine.opml")
    assert watch("feeds", "export", "-").out == (watch.folder / "mine.opml").read_text()
    assert not (watch.folder / "-").exists()
    for url in (URL, f"{URL}2"):
        watch("feeds", "remove", url)
    assert watch("feeds", "import", "mine.opml", "--json").json() == {
        "added": 2, "refused": [], "remarks": [],
    }  # fmt: skip
    after = [[feed[name] for name in names] for feed in watch("feeds", "list", "--json").json()]
    assert after == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("feeds", "import"), "say which list"),
        (("feeds", "import", "none.opml"), "can't be read"),
        (("feeds", "import", "monitor.toml"), "not readable as OPML"),
    ],
)
def test_a_file_that_is_no_list_is_refused(watch: Terminal, words, message):
    assert message in watch.refused(*words)


def test_the_starter_list_is_shipped(watch: Terminal):
    assert watch("feeds", "import", "--starter", "--json").json()["added"] >= 25
