"""The clock: ticks start work and never wait for it; an end loses nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import event

from monitor.classify.rules.keywords import KeywordRule, KeywordRules
from monitor.domain.alerts import AlertState, Subscription
from monitor.domain.articles import Article, DecisionReason
from monitor.domain.errors import StoreBusy
from monitor.domain.feeds import Feed, FeedState, Fetched, Parsed, PollState
from monitor.domain.messages import Message
from monitor.pipeline.poll_context import LiveSettings
from monitor.runtime.service import Round, Service, Ticks
from monitor.store.store import Store
from tests.contexts import (
    alerted,
    delivery_context,
    live_settings,
    many_alerts,
    poll_context,
    polled,
    watched,
)
from tests.fakes import (
    FakeChannel,
    FakeFetcher,
    FakeParser,
    entry,
    feed,
    fetched,
    subscription,
)

TICKS = Ticks(
    poll=timedelta(milliseconds=20),
    deliver=timedelta(milliseconds=20),
    feed_lease=timedelta(minutes=5),
    feeds_at_once=50,
)


class Watcher:
    """Runs a service until something was seen, then stops it; bounded."""

    def __init__(self, expected: int = 1) -> None:
        self.stop = asyncio.Event()
        self.polled: list[object] = []
        self.delivered: list[object] = []
        self.expected = expected

    def on_polled(self, done) -> None:
        self.polled += done
        self._look()

    def on_delivered(self, done) -> None:
        self.delivered += done
        self._look()

    def _look(self) -> None:
        if len(self.polled) + len(self.delivered) >= self.expected:
            self.stop.set()

    async def watch(self, polling, delivery) -> None:
        service = Service(
            TICKS,
            poll_context=polling,
            delivery_context=delivery,
            polled=self.on_polled,
            delivered=self.on_delivered,
        )
        await asyncio.wait_for(service.run(self.stop), timeout=15)


def due(key: str = "f", **changes: object):
    return feed(key, poll=PollState(due_at=datetime.now(UTC)), **changes)


async def test_a_feed_that_is_due_is_polled_and_is_not_due_again(store):
    watched(store, due())
    watcher = Watcher()
    context = poll_context(store, f=[fetched("one")])
    await watcher.watch(context, None)
    assert context.fetcher.asked == ["f"]
    assert store.feeds.find("f").poll.state is FeedState.OK


async def test_a_paused_feed_is_left_alone(store):
    watched(store, due("f"), due("g", paused=True))
    context = poll_context(store, f=[fetched("one")], g=[fetched("one")])
    await Watcher().watch(context, None)
    assert context.fetcher.asked == ["f"]


async def test_an_alert_that_is_due_is_sent(store):
    await alerted(store)
    channel = FakeChannel()
    await Watcher().watch(None, delivery_context(store, channel))
    assert len(channel.sent) == 1
    assert store.outbox.list(limit=1)[0].state is AlertState.SENT


async def test_the_alerts_of_a_poll_are_sent_without_waiting_for_the_tick(store):
    watched(store)
    await polled(store, "one", at=datetime.now(UTC) - timedelta(days=2))
    channel = FakeChannel()
    watcher = Watcher(expected=2)
    service = Service(
        replace(TICKS, deliver=timedelta(hours=1)),
        poll_context=poll_context(store, f=[fetched("two")]),
        delivery_context=delivery_context(store, channel),
        polled=watcher.on_polled,
        delivered=watcher.on_delivered,
    )
    await asyncio.wait_for(service.run(watcher.stop), timeout=15)
    assert len(channel.sent) == 1


async def test_a_long_queue_is_sent_without_waiting_for_ticks(store):
    await many_alerts(store, subscription("s"))
    channel = FakeChannel()
    watcher = Watcher(expected=5)
    service = Service(
        replace(TICKS, deliver=timedelta(hours=1)),
        poll_context=None,
        delivery_context=delivery_context(store, channel, per_subscription=2),
        polled=watcher.on_polled,
        delivered=watcher.on_delivered,
    )
    await asyncio.wait_for(service.run(watcher.stop), timeout=15)
    assert len({message.key for message in channel.sent}) == len(channel.sent) == 5


class Hanging(FakeChannel):
    """Never answers one subscription."""

    def __init__(self, hangs: str) -> None:
        super().__init__()
        self.hangs = hangs

    async def send(self, message: Message, to: Subscription, now: datetime, /) -> str:
        if to.key == self.hangs:
            await asyncio.Event().wait()
        return await super().send(message, to, now)


async def test_an_endpoint_that_hangs_delays_no_other_and_its_alerts_are_released(store):
    await many_alerts(store, subscription("hung"), subscription("good"))
    watcher = Watcher(expected=5)
    service = Service(
        TICKS,
        poll_context=None,
        delivery_context=delivery_context(store, Hanging("hung")),
        polled=watcher.on_polled,
        delivered=watcher.on_delivered,
        patience=timedelta(milliseconds=50),
    )
    await asyncio.wait_for(service.run(watcher.stop), timeout=15)
    waiting = store.outbox.list(state=AlertState.PENDING, limit=10)
    assert {alert.subscription_key for alert in waiting} == {"hung"}
    assert len(waiting) == 5
    free = store.outbox.claim(
        datetime.now(UTC), limit=10, per_subscription=10, lease=timedelta(minutes=1)
    )
    assert len(free) == 5


class SlowFetcher(FakeFetcher):
    """Never answers one feed; says when that one was asked."""

    def __init__(self, **answers: list[Fetched]) -> None:
        super().__init__(**answers)
        self.hanging = asyncio.Event()

    async def fetch(self, polled: Feed, /) -> Fetched:
        if polled.key == "slow":
            self.hanging.set()
            await asyncio.Event().wait()
        return await super().fetch(polled)


async def test_a_publisher_that_hangs_delays_no_other_and_its_feed_is_released(store):
    watched(store, due("slow"))
    fetcher = SlowFetcher(f=[fetched("one")])
    context = replace(poll_context(store), fetcher=fetcher)
    watcher = Watcher()
    service = Service(
        TICKS,
        poll_context=context,
        delivery_context=None,
        polled=watcher.on_polled,
        delivered=watcher.on_delivered,
        patience=timedelta(milliseconds=50),
    )
    running = asyncio.create_task(service.run(watcher.stop))
    await asyncio.wait_for(fetcher.hanging.wait(), timeout=15)
    store.feeds.add(due("f"))  # found by a later tick, while the first one's feed hangs
    await asyncio.wait_for(running, timeout=15)
    assert [result.feed_key for result in watcher.polled] == ["f"]
    now = datetime.now(UTC)
    assert [
        result.feed.key for result in store.feeds.claim(now, limit=9, lease=TICKS.feed_lease)
    ] == ["slow"]


class Broken:
    """A store that can't be asked for a while."""

    def __init__(self, times: int) -> None:
        self.times = times

    async def __call__(self, call, /):
        if self.times:
            self.times -= 1
            raise StoreBusy("another process is writing")
        return call()


async def test_a_database_that_is_busy_for_a_while_stops_nothing(store):
    watched(store, due())
    context = replace(poll_context(store, f=[fetched("one")]), run_in_store=Broken(3))
    await Watcher().watch(context, None)
    assert store.feeds.find("f").poll.state is FeedState.OK


# ── settings that change while it runs ───────────────────────────────────────────────────────────


class Edited:
    """A configuration that is edited at its second look, to flag whatever names a Sunday."""

    def __init__(self) -> None:
        self.looks = 0
        self.edited = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def __call__(self) -> LiveSettings | None:
        self.looks += 1
        if self.looks > 2:  # the edit of the second look is in force by now
            self._loop.call_soon_threadsafe(self.edited.set)
        if self.looks != 2:
            return None
        rule = KeywordRule(name="sundays", any=("Sunday",))
        return live_settings(rules=KeywordRules([rule], themes=()), config="c1")


class WaitingFetcher(FakeFetcher):
    """Answers only when it is let."""

    def __init__(self, let: asyncio.Event, **answers) -> None:
        super().__init__(**answers)
        self.let = let

    async def fetch(self, polled: Feed, /) -> Fetched:
        await self.let.wait()
        return await super().fetch(polled)


async def watch_edited(store, look, let: asyncio.Event) -> Article:
    """Poll one feed, that answers when it is let, while the settings change; what was kept."""
    watched(store, due())
    context = replace(poll_context(store), fetcher=WaitingFetcher(let, f=[fetched("dull")]))
    watcher = Watcher()
    service = Service(
        replace(TICKS, look=timedelta(milliseconds=20)),
        poll_context=context,
        delivery_context=None,
        polled=watcher.on_polled,
        delivered=watcher.on_delivered,
    )
    service.watch(look)
    await asyncio.wait_for(service.run(watcher.stop), timeout=15)
    (stored,) = [a for a in store.articles.list() if a.entry.title == "Rain on Sunday"]
    return stored


async def test_a_slow_answer_is_judged_by_the_settings_of_its_arrival(store):
    look = Edited()
    stored = await watch_edited(store, look, look.edited)
    assert (stored.decision.reason, stored.decision.config) == (DecisionReason.FLAGGED, "c1")


async def test_an_end_during_a_tick_is_no_fault(store, caplog):
    watcher = Watcher()

    async def claim_that_hangs(call):
        watcher.stop.set()
        await asyncio.Event().wait()

    polling = replace(poll_context(store), run_in_store=claim_that_hangs)
    await watcher.watch(polling, None)
    assert not [record for record in caplog.records if record.exc_info]


async def test_a_look_that_fails_is_logged_and_stops_nothing(store, caplog):
    let = asyncio.Event()
    looks = []

    def crash() -> None:
        looks.append(1)
        if len(looks) == 3:
            loop.call_soon_threadsafe(let.set)
        raise RuntimeError("a fault of ours")

    loop = asyncio.get_running_loop()
    stored = await watch_edited(store, crash, let)
    assert (stored.decision.reason, stored.decision.config) == (DecisionReason.BELOW, "c0")
    crashed = [record for record in caplog.records if record.getMessage() == "round.crashed"]
    assert len(crashed) >= 2
    assert {record.round for record in crashed} == {"look"}
    assert crashed[0].exc_info


async def test_a_service_that_does_not_poll_watches_its_settings_too(store):
    await alerted(store)
    watcher = Watcher()
    service = Service(
        replace(TICKS, look=timedelta(milliseconds=20)),
        poll_context=None,
        delivery_context=delivery_context(store, FakeChannel()),
        polled=watcher.on_polled,
        delivered=watcher.on_delivered,
    )
    service.watch(Edited())
    await asyncio.wait_for(service.run(watcher.stop), timeout=15)
    assert len(watcher.delivered) == 1


async def test_a_full_disk_is_a_fault_although_nothing_waits_to_be_delivered(sqlite_url):
    with Store.open(sqlite_url) as store:
        watched(store, due())
        pages = store._database.read(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar())
        looks: list[str] = []
        stop = asyncio.Event()

        def bound_pages(connection: sqlite3.Connection, _: object) -> None:
            connection.execute(f"PRAGMA max_page_count = {pages}")

        async def look(now: datetime) -> None:
            looks.append(service.store_fault())
            if len(looks) == 20:
                stop.set()

        event.listen(store._database.engine, "connect", bound_pages)
        store._database.engine.dispose()
        document = FakeParser(big=Parsed(entries=(entry("A", text="long " * 100_000),)))
        context = replace(poll_context(store, f=[fetched("big")] * 50), parser=document)
        service = Service(
            TICKS,
            poll_context=context,
            delivery_context=delivery_context(store, FakeChannel()),
            polled=lambda _: None,
            delivered=lambda _: None,
        )
        service.add(Round(name="look", every=timedelta(milliseconds=20), work=look))
        await asyncio.wait_for(service.run(stop), timeout=15)
        assert looks[-1] == "the disk is full: free some space; this call stored nothing"


async def test_what_was_published_while_the_database_was_read_only_is_sent_afterwards(sqlite_url):
    with Store.open(sqlite_url) as store:
        watched(store, due())
        await polled(store, "one", at=datetime.now(UTC) - timedelta(days=2))
        channel, watcher, faults = FakeChannel(), Watcher(expected=2), []
        engine = store._database.engine

        def set_read_only(connection: sqlite3.Connection, _: object) -> None:
            if not faults:
                connection.execute("PRAGMA query_only = ON")

        async def look(now: datetime) -> None:
            faults.extend(filter(None, [service.store_fault()]))

        event.listen(engine, "connect", set_read_only)
        engine.dispose()
        service = Service(
            TICKS,
            poll_context=poll_context(store, f=[fetched("two")]),
            delivery_context=delivery_context(store, channel),
            polled=watcher.on_polled,
            delivered=watcher.on_delivered,
        )
        service.add(Round(name="look", every=timedelta(milliseconds=20), work=look))
        await asyncio.wait_for(service.run(watcher.stop), timeout=15)
        assert "read-only" in faults[0]
        assert service.store_fault() == ""
        assert len(channel.sent) == 1
