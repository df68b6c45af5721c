"""`monitor feeds`."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.domain.alerts import PollResult
from monitor.domain.feeds import FeedState, PollState, PublisherHints, PublishingHistory, Redirect
from monitor.runtime import build
from monitor.settings import loader
from monitor.store.store import Store
from monitor.text.formats import rfc3339
from tests.cli.conftest import Terminal

URL = "https://wire.example/feed.xml"


def test_a_feed_is_added_once(watch: Terminal):
    first = watch(
        "feeds", "add", "--no-try", URL, "--every", "15m", "--lang", "ko", "--json"
    ).json()
    again = watch("feeds", "add", "--no-try", URL, "--json").json()
    assert (first["added"], again["added"]) == (True, False)
    (feed,) = watch("feeds", "list", "--json").json()
    assert feed["key"] == first["key"] == again["key"]
    assert {
        name: feed[name] for name in ("url", "state", "every", "language", "failures", "last_error")
    } == {
        "url": URL, "state": "new", "every": "15m", "language": "ko", "failures": 0,
        "last_error": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    "url",
    [
        "ftp://wire.example/feed",
        "file:///etc/passwd",
        "wire.example/feed",
        "http://",
        "http://127.0.0.1/feed",
        "http://[::1]/feed",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://user:secret@wire.example/",
    ],
)
def test_an_address_that_may_not_be_asked_is_refused(watch: Terminal, url):
    said = watch("feeds", "add", url)
    assert said.code in (1, 2)
    assert said.err.startswith("monitor: ")
    assert watch("feeds", "list", "--json").json() == []


def test_an_interval_without_a_unit_is_refused(watch: Terminal):
    assert "--every '30'" in watch.refused("feeds", "add", "--no-try", URL, "--every", "30")


def test_a_feed_is_found_by_the_beginning_of_its_key_and_by_its_address(watch: Terminal):
    key = watch("feeds", "add", "--no-try", URL, "--json").json()["key"]
    assert watch("feeds", "pause", key[:8]).code == 0
    assert watch("feeds", "list", "--json").json()[0]["state"] == "paused"
    assert watch("feeds", "resume", URL).code == 0
    assert watch("feeds", "remove", URL).code == 0
    assert "no feed" in watch.refused("feeds", "remove", URL)


def test_a_list_is_imported_and_what_can_not_be_watched_is_named(watch: Terminal):
    (watch.folder / "mine.opml").write_text(
        "<opml version='2.0'><body><outline text='Asia'>"
        f"<outline xmlUrl='{URL}' title='Wire'/><outline xmlUrl='file:///etc/passwd'/>"
        "</outline></body></opml>"
    )
    said = watch("feeds", "import", "mine.opml", "--json").json()
    assert said["added"] == 1
    assert "file:///etc/passwd" in said["refused"][0]
    (feed,) = watch("feeds", "list", "--json").json()
    assert (feed["title"], feed["tags"]) == ("Wire", ["Asia"])
    assert watch("feeds", "import", "mine.opml", "--json").json()["added"] == 0


def test_a_list_is_taken_as_far_as_it_can_be_and_what_is_odd_about_it_is_said(watch: Terminal):
    too_long = f"https://wire.example/{'x' * 2_100}"
    (watch.folder / "mine.opml").write_text(
        f"<opml><body><outline xmlUrl='{URL}' title='Wire'/><outline type='rss' text='Lost'/>"
        f"<outline xmlUrl='{too_long}' title='Long'/></body></opml>"
    )
    said = watch("feeds", "import", "mine.opml").err
    assert "left out: https://wire.example/xxx" in said
    assert "note: it names no version" in said
    assert "note: “Lost” is a feed without an address (xmlUrl): left out" in said
    assert "1 feeds added" in said


def test_a_file_without_end_is_refused(watch: Terminal):
    assert "larger than" in watch.refused("feeds", "import", "/dev/zero")


def test_what_is_exported_is_the_same_when_it_is_imported_elsewhere(watch: Terminal):
    watch("feeds", "add", "--no-try", URL, "--every", "15m", "--lang", "ko", "--tag", "Asia")
    watch("feeds", "add", "--no-try", f"{URL}2", "--tag", "Asia", "--tag", "tv", "--full-text")
    watch("feeds", "pause", URL)
    names = ("url", "title", "language", "every", "tags", "note", "full_text", "state")
    before = [[feed[name] for name in names] for feed in watch("feeds", "list", "--json").json()]
    watch("feeds", "export", "mine.opml")
    for url in (URL, f"{URL}2"):
        watch("feeds", "remove", url)
    assert watch("feeds", "import", "mine.opml", "--json").json() == {
        "added": 2, "refused": [], "remarks": [],
    }  # fmt: skip
    after = [[feed[name] for name in names] for feed in watch("feeds", "list", "--json").json()]
    assert after == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("feeds", "import"), "say which list"),
        (("feeds", "import", "none.opml"), "can't be read"),
        (("feeds", "import", "monitor.toml"), "not readable as OPML"),
    ],
)
def test_a_list_that_is_none_is_refused(watch: Terminal, words, says):
    assert says in watch.refused(*words)


def test_the_starter_list_is_shipped(watch: Terminal):
    assert watch("feeds", "import", "--starter", "--json").json()["added"] >= 25


def test_a_table_for_people_names_the_feed_and_its_state(watch: Terminal):
    watch("feeds", "add", "--no-try", URL)
    shown = watch("feeds", "list").out
    assert URL in shown
    assert "new" in shown


def test_polling_a_feed_that_is_not_there_is_refused(watch: Terminal):
    assert "no feed" in watch.refused("poll", "--feed", URL)


def test_polling_nothing_is_done_at_once(watch: Terminal):
    assert watch("poll", "--json").json()["feeds"] == 0


@pytest.mark.parametrize("command", ["interval", "every"])
def test_a_feeds_interval_is_set_and_made_automatic_again(watch: Terminal, command):
    key = watch("feeds", "add", "--no-try", URL, "--json").json()["key"]
    for time, every in (("10m", "10m"), ("auto", None)):
        assert watch("feeds", command, key, time).code == 0
        assert watch("feeds", "show", key, "--json").json()["every"] == every
    assert "interval 'often'" in watch.refused("feeds", command, key, "often")


def test_one_feed_is_shown_with_its_next_poll_and_the_reason(watch: Terminal):
    watch("feeds", "add", "--no-try", URL, "--tag", "wire")
    with build.open_store(loader.load(watch.folder / "monitor.toml", environment={})) as store:
        feed = store.feeds.find(URL)
        store.feeds.remove(feed.key)
        poll = PollState(
            due_at=datetime(2025, 6, 17, 14, 5, tzinfo=UTC),
            due_why="every 12 min: the publisher updates about every 40 min",
            state=FeedState.OK,
            hints=PublisherHints(ttl=timedelta(hours=1)),
            redirect=Redirect(to="https://new.example/", since=datetime(2025, 6, 17, tzinfo=UTC)),
        )
        store.feeds.add(replace(feed, poll=poll, former_urls=("https://old.example/",)))
    shown = watch("feeds", "show", URL).out
    for line in (
        r"next +17 Jun 14:05 UTC, every 12 min: the publisher updates about every 40 min",
        r"formerly +https://old\.example/",
        r"moving to +https://new\.example/, seen once; followed for good after 3",
        r"every +automatic, as it publishes",
        r"it wants +ttl of 1 h",
        r"tags +wire",
    ):
        assert re.search(line, shown), line
    assert "the publisher updates about every" in watch("feeds", "list").out


def test_a_feed_that_was_gone_is_asked_again_when_resumed(watch: Terminal):
    watch("feeds", "add", "--no-try", URL)
    with build.open_store(loader.load(watch.folder / "monitor.toml", environment={})) as store:
        feed = store.feeds.find(URL)
        store.feeds.remove(feed.key)
        gone = replace(feed.poll, state=FeedState.GONE, failures=2)
        store.feeds.add(replace(feed, poll=gone))
    watch("feeds", "resume", URL)
    said = watch("feeds", "show", URL, "--json").json()
    assert (said["failures"], said["due_why"]) == (0, "now: it was resumed")


def test_a_silent_feed_is_found_and_says_why(watch: Terminal):
    watch("feeds", "add", URL)
    watch("feeds", "add", "https://well.example/feed")
    with Store.open(f"sqlite:///{watch.folder / 'watchpost.db'}") as store:
        feed = store.feeds.find(URL)
        since = feed.poll.due_at
        state = replace(
            feed.poll, state=FeedState.SILENT, since=since, last_error="nothing new for 3 days"
        )
        store.commit(
            [PollResult(feed_key=feed.key, state=state, history=PublishingHistory(newest_at=since))]
        )
    said = watch("feeds", "list", "--state", "silent")
    assert "nothing new for 3 days" in said.out
    assert "well.example" not in said.out
    (feed,) = watch("feeds", "list", "--state", "silent", "--state", "gone", "--json").json()
    assert (feed["url"], feed["state"], feed["last_error"]) == (
        URL,
        "silent",
        "nothing new for 3 days",
    )
    assert feed["since"] == feed["newest_at"] == rfc3339(since)
    assert watch("feeds", "list", "--state", "failing").err == "no feed is failing\n"
    assert "quiet" in watch.refused("feeds", "list", "--state", "quiet")


def test_full_text_is_asked_for_shown_exported_and_called_off(watch: Terminal):
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


def test_the_doctor_says_when_full_text_is_wanted_and_can_not_be_read(
    watch: Terminal, monkeypatch: pytest.MonkeyPatch
):
    watch("feeds", "add", "--no-try", URL, "--full-text")
    assert "trafilatura" not in watch("doctor").out
    monkeypatch.setitem(sys.modules, "trafilatura", None)  # as where it is not installed
    found = [one["finding"] for one in watch("doctor", "--json").json()]
    assert any("1 with full text" in said and "watchpost[fulltext]" in said for said in found)
