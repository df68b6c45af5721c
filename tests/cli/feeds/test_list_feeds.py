"""`monitor feeds list` and `show`: states, and the reasons for them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.domain.alerts import PollResult
from monitor.domain.feeds import FeedState, PollState, PublisherHints, PublishingHistory, Redirect
from monitor.runtime import build
from monitor.settings import loader
from monitor.store.store import Store
from monitor.text.formats import rfc3339
from tests.cli.conftest import Terminal

URL = "https://wire.example/feed.xml"


def test_a_table_for_people_names_the_feed_and_its_state(watch: Terminal):
    watch("feeds", "add", "--no-try", URL)
    shown = watch("feeds", "list").out
    assert URL in shown
    assert "new" in shown


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
        r"interval +automatic, as it publishes",
        r"asks for +ttl of 1 h",
        r"tags +wire",
    ):
        assert re.search(line, shown), line
    assert "the publisher updates about every" in watch("feeds", "list").out


def test_a_silent_feed_is_listed_with_the_reason(watch: Terminal):
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
    result = watch("feeds", "list", "--state", "silent")
    assert "nothing new for 3 days" in result.out
    assert "well.example" not in result.out
    (feed,) = watch("feeds", "list", "--state", "silent", "--state", "gone", "--json").json()
    assert (feed["url"], feed["state"], feed["last_error"]) == (
        URL,
        "silent",
        "nothing new for 3 days",
    )
    assert feed["since"] == feed["newest_at"] == rfc3339(since)
    assert watch("feeds", "list", "--state", "failing").err == "no feed is failing\n"
    assert "quiet" in watch.refused("feeds", "list", "--state", "quiet")
