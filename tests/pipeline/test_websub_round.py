"""A hub on loopback: asked, asking back, announcing, refusing, vanishing."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web

from monitor.collect.http.websub_client import HubClient
from monitor.domain.alerts import PollResult
from monitor.domain.feeds import FeedState, PollState, PublisherHints
from monitor.pipeline import websub_round
from monitor.polling import websub
from monitor.polling.websub import HubSubscriptionState
from monitor.store.store import Store
from tests.fakes import NOW, feed

TOPIC = "https://a.example/rss"
DAY = timedelta(days=1)


@dataclass
class Loopback:
    """A hub, and our callback, on one server."""

    base: str = ""
    answer: int = 202
    mode: str = ""  # else as it was asked
    forms: list[dict[str, str]] = field(default_factory=list)
    echoed: list[tuple[int, str]] = field(default_factory=list)
    callback: websub_round.Callback | None = None

    async def subscribe(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.forms.append(form)
        if self.answer == 202:
            asks = {"hub.topic": form["hub.topic"], "hub.challenge": "c7"}
            asks |= {"hub.mode": self.mode or form["hub.mode"], "hub.lease_seconds": "86400"}
            ask = aiohttp.request("GET", form["hub.callback"], params=asks)
            async with ask as answer:
                self.echoed.append((answer.status, await answer.text()))
        return web.Response(status=self.answer)

    async def publish(self, body: bytes = b"<rss/>", signed: str = "sha256", form: int = -1) -> int:
        subscribed = self.forms[form]
        mac = hmac.new(subscribed["hub.secret"].encode(), body, signed).hexdigest()
        headers = {"X-Hub-Signature": f"{signed}={mac}"}
        call = aiohttp.request("POST", subscribed["hub.callback"], data=body, headers=headers)
        async with call as answer:
            return answer.status

    async def verify(self, request: web.Request) -> web.Response:
        assert self.callback is not None
        status, text = await self.callback.verify(request.match_info["token"], request.query)
        return web.Response(status=status, text=text)

    async def received(self, request: web.Request) -> web.Response:
        assert self.callback is not None
        token, body = request.match_info["token"], await request.read()
        return web.Response(status=await self.callback.received(token, request.headers, body))


async def at_once(call: Callable[[], object], /) -> object:
    return call()


@pytest.fixture
async def hub(sqlite: Store) -> AsyncIterator[Loopback]:
    hub = Loopback()
    hub.callback = websub_round.Callback(sqlite, at_once, lambda: NOW)
    application = web.Application()
    application.router.add_post("/hub", hub.subscribe)
    application.router.add_get("/websub/{token}", hub.verify)
    application.router.add_post("/websub/{token}", hub.received)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hub.base = "http://{}:{}".format(*runner.addresses[0][:2])
    yield hub
    await runner.cleanup()


@pytest.fixture
def sqlite(sqlite_url: str):
    with Store.open(sqlite_url) as store:
        yield store


async def attend(hub: Loopback, store: Store, session, at=NOW) -> websub.HubSubscription | None:
    client = HubClient(session, user_agent="W", timeout=timedelta(seconds=5))
    context = websub_round.WebSubContext(
        store=store, run_in_store=at_once, hubs=client, public_url=hub.base
    )
    await websub_round.run_round(at, context)
    return store.websub.by_feed("f")


def watched(store: Store, hub: Loopback, **changes: object) -> None:
    poll = PollState(
        due_at=NOW + timedelta(hours=1),
        state=FeedState.OK,
        asked_at=NOW - timedelta(hours=1),
        hints=PublisherHints(hub=f"{hub.base}/hub", topic=TOPIC),
    )
    store.feeds.add(replace(feed(poll=poll), **changes))


async def test_a_subscription_is_requested_at_the_hub_of_a_feed_and_verified(hub, sqlite, session):
    watched(sqlite, hub)
    lease = await attend(hub, sqlite, session)
    (form,) = hub.forms
    assert (form["hub.mode"], form["hub.topic"]) == ("subscribe", TOPIC)
    assert form["hub.callback"] == f"{hub.base}/websub/{lease.token}"
    assert 0 < len(form["hub.secret"]) < 200
    assert hub.echoed == [(200, "c7")]
    assert (lease.state, lease.until) == (HubSubscriptionState.ACTIVE, NOW + DAY)


async def test_a_notification_makes_the_feed_due(hub, sqlite, session):
    watched(sqlite, hub)
    await attend(hub, sqlite, session)
    assert await hub.publish() == 202
    assert sqlite.feeds.find("f").poll.due_at == NOW


@pytest.mark.parametrize("signed", ["sha1", "sha512"])
async def test_a_notification_with_a_wrong_signature_is_answered_and_ignored(
    hub, sqlite, session, signed
):
    watched(sqlite, hub)
    await attend(hub, sqlite, session)
    assert await hub.publish(signed=signed) == 202
    hub.forms.append({**hub.forms[0], "hub.secret": "guessed"})
    assert await hub.publish() == 202
    assert sqlite.feeds.find("f").poll.due_at == NOW + timedelta(hours=1)


async def test_a_verification_of_an_unknown_subscription_is_not_found(hub, sqlite, session):
    watched(sqlite, hub)
    await attend(hub, sqlite, session)
    hub.forms.append({**hub.forms[0], "hub.callback": f"{hub.base}/websub/guess"})
    assert await hub.publish() == 410
    for token in ("guess", sqlite.websub.by_feed("f").token):
        params = {"hub.mode": "subscribe", "hub.topic": TOPIC + "x", "hub.challenge": "c"}
        async with session.get(f"{hub.base}/websub/{token}", params=params) as answer:
            assert answer.status == 404


async def test_a_hub_that_refuses_is_left_alone_for_a_week(hub, sqlite, session):
    watched(sqlite, hub)
    hub.mode = "denied"
    lease = await attend(hub, sqlite, session)
    assert lease.state is HubSubscriptionState.DENIED
    await attend(hub, sqlite, session, NOW + 6 * DAY)
    assert len(hub.forms) == 1
    assert await hub.publish() == 410
    await attend(hub, sqlite, session, NOW + 7 * DAY)
    assert len(hub.forms) == 2


async def test_a_hub_that_fails_is_asked_later_and_the_feed_is_polled_as_before(
    hub, sqlite, session
):
    watched(sqlite, hub)
    hub.answer = 500
    lease = await attend(hub, sqlite, session)
    assert (lease.state, lease.failures) == (HubSubscriptionState.NOT_REQUESTED, 1)
    assert lease.why == "status: the publisher answered 500 Internal Server Error"
    await attend(hub, sqlite, session, NOW + timedelta(minutes=9))
    assert len(hub.forms) == 1
    assert sqlite.feeds.find("f").poll.due_at == NOW + timedelta(hours=1)


async def test_a_subscription_is_renewed_before_its_lease_ends(hub, sqlite, session):
    watched(sqlite, hub)
    await attend(hub, sqlite, session)
    await attend(hub, sqlite, session, NOW + DAY / 2)
    assert len(hub.forms) == 1
    lease = await attend(hub, sqlite, session, NOW + DAY * 0.9)
    assert len(hub.forms) == 2
    assert hub.forms[0]["hub.callback"] == hub.forms[1]["hub.callback"]
    assert lease.state is HubSubscriptionState.ACTIVE


@pytest.mark.parametrize(
    "changes",
    [{"paused": True}, {"poll": PollState(due_at=NOW, hints=PublisherHints(topic=TOPIC))}],
)
async def test_no_hub_is_asked_for_a_feed_without_a_hub_or_a_paused_one(
    hub, sqlite, session, changes
):
    watched(sqlite, hub, **changes)
    assert await attend(hub, sqlite, session) is None


def removed(store: Store) -> None:
    store.feeds.remove("f")


def paused(store: Store) -> None:
    store.feeds.set_paused("f", True, NOW)


def ended(store: Store) -> None:
    state = replace(store.feeds.find("f").poll, state=FeedState.GONE, failures=2)
    store.commit([PollResult(feed_key="f", state=state)])


@pytest.mark.parametrize("left", [removed, paused, ended])
async def test_an_unsubscribe_is_sent_when_the_feed_is_not_polled_any_more(
    hub, sqlite, session, left
):
    watched(sqlite, hub)
    await attend(hub, sqlite, session)
    left(sqlite)
    assert await attend(hub, sqlite, session) is None
    path, form = hub.forms
    assert (form["hub.mode"], form["hub.topic"]) == ("unsubscribe", TOPIC)
    assert form["hub.callback"] == path["hub.callback"]
    assert hub.echoed == [(200, "c7")] * 2
    for later in (1, 2, 9):
        await attend(hub, sqlite, session, NOW + later * DAY)
    assert len(hub.forms) == 2


@pytest.mark.parametrize("left", [removed, paused, ended])
async def test_calls_of_the_hub_are_refused_after_the_feed_was_left(hub, sqlite, session, left):
    watched(sqlite, hub)
    await attend(hub, sqlite, session)
    left(sqlite)
    hub.answer = 500  # it does not take our word
    await attend(hub, sqlite, session)
    assert await hub.publish(form=0) == 410
    asks = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "c"}
    for mode, topic in (("subscribe", TOPIC), ("unsubscribe", TOPIC + "x")):
        asks |= {"hub.mode": mode, "hub.topic": topic}
        async with session.get(hub.forms[0]["hub.callback"], params=asks) as answer:
            assert answer.status == 404


async def test_an_unsubscribe_that_fails_is_tried_three_times(hub, sqlite, session):
    watched(sqlite, hub)
    await attend(hub, sqlite, session)
    sqlite.feeds.remove("f")
    hub.answer = 500
    for hour in range(20):
        await attend(hub, sqlite, session, NOW + timedelta(hours=hour))
    assert [form["hub.mode"] for form in hub.forms] == ["subscribe", *["unsubscribe"] * 3]
    assert sqlite.websub.due_unsubscribes(NOW + DAY, limit=9) == []


async def test_an_expired_subscription_needs_no_unsubscribe(hub, sqlite, session):
    watched(sqlite, hub)
    await attend(hub, sqlite, session)
    sqlite.feeds.remove("f")
    await attend(hub, sqlite, session, NOW + 2 * DAY)
    assert len(hub.forms) == 1


async def test_a_resumed_feed_subscribes_at_its_hub_again(hub, sqlite, session):
    watched(sqlite, hub)
    old = await attend(hub, sqlite, session)
    sqlite.feeds.set_paused("f", True, NOW)
    await attend(hub, sqlite, session)
    sqlite.feeds.set_paused("f", False, NOW)
    new = await attend(hub, sqlite, session)
    assert [form["hub.mode"] for form in hub.forms] == ["subscribe", "unsubscribe", "subscribe"]
    assert (new.state, new.token != old.token) == (HubSubscriptionState.ACTIVE, True)
    assert await hub.publish() == 202
    assert await hub.publish(form=0) == 410
