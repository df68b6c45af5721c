"""Two feeds that move to one address, over real HTTP: asked once from then on, nothing lost."""

from __future__ import annotations

from datetime import timedelta

from monitor.domain.feeds import Feed, FeedState, PollState
from monitor.pipeline import poll
from tests.fakes import NOW, subscription
from tests.service.test_identity import document, item, watching
from tests.web_fixtures import Server


async def test_a_feed_redirected_to_another_ends_and_its_subscribers_lose_nothing(
    sqlite_url: str, server: Server
) -> None:
    new = server.serve("/new", document(item("Kursk story 0", link="https://wire.example/0")))
    old = server.serve("/old", b"", "301 Moved Permanently", Location="/new")
    async with watching(sqlite_url) as watch:
        store = watch.store
        for key, url in (("there", new), ("old", old)):
            store.feeds.add(Feed(key=key, url=url, poll=PollState(due_at=NOW)))
        store.subscriptions.add(subscription("only", feeds=frozenset({"old"})))
        for number in range(6):
            story = item(f"Kursk story {number}", link=f"https://wire.example/{number}")
            server.serve("/new", document(story))
            now = NOW + number * timedelta(hours=10)
            lease = timedelta(minutes=5)
            claims = store.feeds.claim(now, limit=9, lease=lease, due_only=number > 3)
            await poll.poll(claims, now, watch.context)
        alerted = {
            alert.article_keys for alert in store.outbox.list() if alert.subscription_key == "only"
        }
        gone = store.feeds.find("old")
        assert gone.poll.state is FeedState.GONE
        assert gone.poll.last_error.startswith(f"it moved to {new}, which is watched as “Wire”")
        assert [claim.feed.key for claim in claims] == ["there"]
        assert len(alerted) == 5  # all but the first poll's
        assert [call.target for call in server.calls].count("/old") == 4
