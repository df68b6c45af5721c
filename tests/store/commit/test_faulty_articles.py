"""An article that can't be stored is stored unjudged, and costs no other article or poll."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from monitor.domain.articles import DecisionReason
from monitor.domain.feeds import Entry, FeedState, PollState
from monitor.store.store import Store
from tests.store.builders import (
    MINUTE,
    NOW,
    a_decision,
    a_feed,
    a_poll,
    a_subscription,
    an_alert,
    an_article,
)


def poisoned(article):
    """As no classifier may score: NaN would poison every later list."""
    return replace(article, decision=a_decision(score=float("nan")))


class TestOneBadPoll:
    def test_affects_no_other_poll(self, store: Store) -> None:
        good, bad, fine = a_feed("good"), a_feed("bad"), a_feed("fine")
        store.feeds.add_all([good, bad, fine])
        claimed = PollState(due_at=NOW, etag='"old"', failures=2, last_ok_at=NOW - MINUTE)
        store.commit([a_poll(bad, state=claimed)])
        polls = [a_poll(feed, an_article(feed=feed)) for feed in (good, bad, fine)]
        articles = (an_article("first", bad), poisoned(an_article("second", bad)))
        polls[1] = replace(polls[1], articles=articles, state=replace(polls[1].state, etag='"new"'))
        done = store.commit(polls)
        assert [done[0], done[2]] == [polls[0], polls[2]]
        first, second = done[1].articles
        assert first == articles[0]
        assert second.entry == Entry(title="second")
        assert second.decision.reason is DecisionReason.UNJUDGED
        assert "can't be stored as it is" in second.page
        assert store.articles.count() == 4
        stored = store.feeds.find(bad.key).poll
        assert stored == done[1].state
        assert (stored.state, stored.etag) == (FeedState.DEGRADED, '"new"')
        assert "1 of 2 new entries can't be stored as they are" in stored.last_error

    def test_alone_is_marked_too(self, store: Store) -> None:
        feed = a_feed()
        store.feeds.add(feed)
        (done,) = store.commit([a_poll(feed, poisoned(an_article()))])
        assert done.state.state is store.feeds.find(feed.key).poll.state is FeedState.DEGRADED

    def test_is_no_article_when_nothing_can_be_stored(self, store: Store) -> None:
        """A fault that every article meets: the feed keeps what its next answer is whole by."""
        feed, bad = a_feed(), poisoned(an_article())
        store.feeds.add(feed)
        before = PollState(due_at=NOW, etag='"old"', failures=2, last_ok_at=NOW - MINUTE)
        store.commit([a_poll(feed, state=before)])

        def fails(polls, _find):
            if any(poll.articles for poll in polls):
                raise RuntimeError("ours")
            return polls

        poll = a_poll(feed, bad)
        (done,) = store.commit([replace(poll, state=replace(poll.state, etag='"new"'))], fails)
        stored = store.feeds.find(feed.key).poll
        assert stored == done.state
        assert (stored.state, stored.etag, stored.failures) == (FeedState.FAILING, '"old"', 3)
        assert (stored.last_ok_at, stored.due_at) == (NOW - MINUTE, poll.state.due_at)
        assert "can't be stored" in stored.last_error
        assert store.articles.count() == 0

    def test_of_a_removed_feed_is_skipped(self, store: Store) -> None:
        existing, gone = a_feed(), a_feed("gone")
        store.feeds.add(existing)
        alert = an_alert(poisoned(an_article()), a_subscription(), article_keys=("nothing",))
        polls = [a_poll(existing, poisoned(an_article())), a_poll(gone, alerts=(alert,))]
        assert [len(poll.articles) for poll in store.commit(polls)] == [1, 0]

    @pytest.mark.parametrize(
        ("changes", "stored"),
        [
            ({"decision": a_decision(score=float("inf"))}, 1),
            ({"decision": a_decision(score=1.5)}, 1),
            ({"decision": a_decision(themes={"troops": float("nan")})}, 1),
            ({"seen_at": datetime(2025, 6, 17)}, 0),  # noqa: DTZ001 - the fault in question
        ],
        ids=str,
    )
    def test_is_one_with_values_that_no_database_accepts(
        self, store: Store, changes: dict, stored: int
    ) -> None:
        bad, good = a_feed("bad"), a_feed("good")
        store.feeds.add_all([bad, good])
        article = an_article("odd", bad, **changes)
        polls = [a_poll(bad, article), a_poll(good, an_article(feed=good))]
        assert [len(poll.articles) for poll in store.commit(polls)] == [stored, 1]

    def test_is_one_whose_alert_has_an_unknown_article(self, store: Store) -> None:
        bad, good, asker = a_feed("bad"), a_feed("good"), a_subscription()
        store.feeds.add_all([bad, good])
        store.subscriptions.add(asker)
        dangling = an_alert(an_article(), asker, article_keys=("nowhere",))
        polls = [a_poll(bad, alerts=(dangling,)), a_poll(good, an_article(feed=good))]
        done = store.commit(polls)
        assert [len(poll.articles) for poll in done] == [0, 1]
        assert done[0].state.state is FeedState.FAILING
        assert store.outbox.list() == []

    def test_with_text_that_can_be_repaired_is_stored(self, store: Store) -> None:
        feed = a_feed()
        store.feeds.add(feed)
        story = an_article(feed=feed)
        entry = replace(
            story.entry, title="nul\x00", text="\ud800" * 3, guid="g" * 9_000, tags=("\x00t",)
        )
        entry = replace(entry, url="https://example.org/" + "long" * 2_000)
        (done,) = store.commit([a_poll(feed, replace(story, entry=entry))])
        assert len(done.articles) == 1
        stored = store.articles.list()[0].entry
        assert (stored.title, stored.text, stored.tags) == ("nul", "???", ("t",))
        assert (len(stored.guid), stored.url) == (4_000, None)  # half a link is worse than none
