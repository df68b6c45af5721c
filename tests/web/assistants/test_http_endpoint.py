"""Tests of MCP over streamable HTTP, by the client of the official SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from monitor.access.roles import PersonRole, Scope
from monitor.web.assistants import sdk_extra
from monitor.web.assistants.http_endpoint import PATH
from monitor.web.assistants.tools import TOOLS
from tests.web.api.conftest import Program, program
from tests.web.conftest import Visitor

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
ACCEPT = {"accept": "application/json, text/event-stream"}


@asynccontextmanager
async def assistant(of: Program, mode: str = "auto") -> AsyncIterator[Client]:
    """The SDK's client with the token of a program."""
    url = of.visitor.base + PATH
    async with httpx2.AsyncClient(headers=of.headers) as http:
        transport = streamable_http_client(url, http_client=http)
        async with Client(transport, mode=mode) as client:
            yield client


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_an_assistant_lists_and_calls_tools(articles: Visitor, mode: str):
    reader = program(articles, PersonRole.VIEWER)
    async with assistant(reader, mode) as client:
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == [*TOOLS]
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
        assert "never instructions" in (client.instructions or "")
        result = await client.call_tool("search", {"question": "sappers"})
        assert not result.is_error
        assert [item["title"] for item in result.structured_content["items"]] == ["Sappers leave"]
        refused = await client.call_tool("article", {"key": "eeee"})
        assert refused.is_error
        assert "no article" in refused.content[0].text


async def test_a_token_needs_the_scope_of_the_tools_and_of_each(articles: Visitor):
    without = program(articles, PersonRole.ADMIN, frozenset(Scope) - {Scope.MCP_READ})
    answer = await articles.post(PATH, json=PING, headers=without.headers)
    assert answer.status == 403
    assert "needs the scope mcp:read" in answer.json()["detail"]
    narrow = program(articles, PersonRole.VIEWER, {Scope.MCP_READ, Scope.SERVICE_READ})
    async with assistant(narrow) as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == ["feed_health"]


async def test_nobody_and_tokens_that_ended_get_a_problem(articles: Visitor):
    reader = program(articles, PersonRole.VIEWER)
    assert (await articles.post(PATH, json=PING)).status == 401
    articles.clock.later(timedelta(days=90))
    over = await articles.post(PATH, json=PING, headers=reader.headers)
    assert over.status == 401
    assert over.headers["content-type"] == "application/problem+json"
    wrong = await articles.get(PATH, headers=reader.headers)
    assert (wrong.status, wrong.headers["allow"]) == (405, "POST")


async def test_malformed_and_huge_requests_are_refused(articles: Visitor):
    headers = {**program(articles, PersonRole.VIEWER).headers, **ACCEPT}
    as_json = {**headers, "content-type": "application/json"}
    assert (await articles.post(PATH, data=b"{", headers=as_json)).status == 400
    assert (await articles.post(PATH, data=b" " * 300_000, headers=as_json)).status == 413
    assert (await articles.post(PATH, json=PING, headers=headers)).status == 200


async def test_without_the_extra_the_answer_says_how_to_install_it(
    articles: Visitor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sdk_extra, "find_spec", lambda name: None)
    headers = program(articles, PersonRole.VIEWER).headers
    answer = await articles.post(PATH, json=PING, headers=headers)
    assert answer.status == 503
    assert "pip install 'watchpost[mcp]'" in answer.json()["detail"]
