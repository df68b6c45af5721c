"""One request to a hub: guarded, bounded, redirected only as a POST stays one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web

from monitor.collect.http.websub_client import HubClient
from monitor.domain.errors import FetchError
from monitor.domain.reasons import FeedReason
from monitor.net import egress
from monitor.polling import websub
from tests.fakes import NOW
from tests.web_fixtures import Call, Server

CALLBACK = "https://us.example/websub/token"


async def subscribe(session: aiohttp.ClientSession, hub: str, seconds: float = 5) -> None:
    client = HubClient(session, user_agent="W", timeout=timedelta(seconds=seconds))
    lease = websub.new_subscription("f", hub, "https://a.example/rss", NOW)
    await client.subscribe(replace(lease, secret="s" * 64), CALLBACK)


async def failure(session: aiohttp.ClientSession, hub: str, seconds: float = 5) -> FetchError:
    with pytest.raises(FetchError) as raised:
        await subscribe(session, hub, seconds)
    return raised.value


@dataclass
class Hub:
    """Answers each path as it was told; reads what was posted."""

    base: str = ""
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    forms: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.forms.append((request.path, form))
        status, place = self.answers[request.path]
        headers = {"Location": place} if place else {}
        return web.Response(status=status, headers=headers, text="secret")


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    hub_server = Hub()
    application = web.Application()
    application.router.add_post("/{path:.*}", hub_server.take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hub_server.base = "http://{}:{}".format(*runner.addresses[0][:2])
    yield hub_server
    await runner.cleanup()


async def test_a_subscribe_request_has_topic_and_secret(session, hub: Hub):
    hub.answers["/"] = (202, "")
    await subscribe(session, hub.base + "/")
    assert hub.forms == [
        (
            "/",
            {
                "hub.mode": "subscribe",
                "hub.topic": "https://a.example/rss",
                "hub.callback": CALLBACK,
                "hub.secret": "s" * 64,
                "hub.lease_seconds": "604800",
            },
        )
    ]


@pytest.mark.parametrize("status", [307, 308])
async def test_a_redirect_that_keeps_the_request_is_followed(session, hub: Hub, status):
    hub.answers |= {"/": (status, "/end"), "/end": (202, "")}
    await subscribe(session, hub.base + "/")
    (first, form), (second, again) = hub.forms
    assert (first, second) == ("/", "/end")
    assert form == again


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((302, "/end"), FeedReason.STATUS),  # would make a GET of it
        ((307, "/"), FeedReason.REDIRECT),
        ((307, ""), FeedReason.REDIRECT),
        ((307, "http://10.0.0.1/"), FeedReason.EGRESS),
        ((307, "file:///etc/passwd"), FeedReason.ADDRESS),
        ((404, ""), FeedReason.STATUS),
        ((500, ""), FeedReason.STATUS),
        ((410, ""), FeedReason.GONE),
    ],
)
async def test_every_failure_has_a_reason(session, hub: Hub, answer, reason):
    hub.answers["/"] = answer
    error = await failure(session, hub.base + "/")
    assert error.reason is reason
    assert "secret" not in str(error)


async def test_a_hub_that_does_not_answer_times_out(session, server: Server):
    async def hang(call: Call) -> None:
        await call.writer.wait_closed()

    error = await failure(session, server.on("/", hang), seconds=0.2)
    assert error.reason is FeedReason.TIMEOUT


async def test_a_hub_at_a_private_address_is_refused():
    async with egress.open_session() as session:
        assert (await failure(session, "http://127.0.0.1:9/")).reason is FeedReason.EGRESS


async def test_an_unsubscribe_request_has_no_secret(session, hub: Hub):
    hub.answers["/"] = (202, "")
    new = websub.new_subscription("f", hub.base + "/", "https://a.example/rss", NOW)
    subscription = websub.after_request(new, CALLBACK, NOW)
    client = HubClient(session, user_agent="W", timeout=timedelta(seconds=5))
    await client.unsubscribe(websub.pending_unsubscribe(subscription, NOW))
    form = {"hub.mode": "unsubscribe", "hub.topic": subscription.topic, "hub.callback": CALLBACK}
    assert hub.forms == [("/", form)]
