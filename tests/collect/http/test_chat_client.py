"""The chat client against a server of the protocol, with every answer that one may give."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from ipaddress import ip_network

import pytest
from aiohttp import web

from monitor.collect.http.chat_client import ChatClient
from monitor.domain.errors import FetchError
from monitor.domain.reasons import FeedReason
from monitor.net import egress
from tests.chat_server import ChatServer, Reply, chat_server, hangs, judged, said

QUESTION = '{"headline": "Sappers leave for Kursk", "opening": ""}'
SCHEMA = {"type": "object"}
LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.fixture
async def server() -> AsyncIterator[ChatServer]:
    async with chat_server() as running:
        yield running


async def ask(server: ChatServer, *, seconds: float = 10, allow=LOOPBACK, key: str = "") -> str:
    async with egress.open_session(allow=allow) as session:
        client = ChatClient(
            session,
            url=server.url,
            model="qwen3",
            api_key=key,
            timeout=timedelta(seconds=seconds),
            user_agent="Watchpost/test",
        )
        return await client.ask("Judge.", QUESTION, SCHEMA)


async def test_the_question_is_one_of_the_protocol_and_its_answer_is_read(server: ChatServer):
    assert await ask(server, key="sk-1") == '{"relevant": true, "reason": "soldiers are sent"}'
    (body,) = server.requests
    assert (body["model"], body["temperature"], body["stream"]) == ("qwen3", 0, False)
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert body["max_tokens"] == 300
    assert server.keys == ["Bearer sk-1"]


def status(code: int) -> Callable[[dict[str, str]], web.Response]:
    return lambda article: web.Response(status=code, text="busy")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (status(500), FeedReason.STATUS),
        (status(401), FeedReason.STATUS),
        (status(429), FeedReason.THROTTLED),
        (lambda article: web.Response(text="<html>"), FeedReason.PROTOCOL),
        (lambda article: web.json_response({"choices": []}), FeedReason.PROTOCOL),
        (lambda article: web.json_response([1]), FeedReason.PROTOCOL),
        (lambda article: said("x" * 300_000), FeedReason.TOO_LARGE),
    ],
)
async def test_every_other_answer_is_an_error_with_its_reason(
    server: ChatServer, reply: Reply, reason: FeedReason
):
    server.reply = reply
    with pytest.raises(FetchError) as failed:
        await ask(server, key="sk-1")
    assert failed.value.reason is reason
    assert "sk-1" not in str(failed.value)


async def test_a_model_that_hangs_is_given_up(server: ChatServer):
    server.reply = hangs
    with pytest.raises(FetchError, match="did not answer within"):
        await ask(server, seconds=0.1)


async def test_a_private_address_is_refused_unless_it_is_allowed(server: ChatServer):
    server.reply = lambda article: judged(relevant=True)
    with pytest.raises(FetchError) as refused:
        await ask(server, allow=())
    assert refused.value.reason is FeedReason.EGRESS
    assert server.requests == []
