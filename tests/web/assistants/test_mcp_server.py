"""Tests of the MCP server, by the SDK's client in the same process."""

from __future__ import annotations

import json

import pytest
from mcp import Client

from monitor.web.assistants.mcp_server import mcp_server
from tests.web.conftest import Visitor


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_an_answer_is_there_as_text_and_as_structure(articles: Visitor, desk_of, mode: str):
    async with Client(mcp_server(desk_of()), mode=mode) as client:
        result = await client.call_tool("search", {"question": "long"})
        assert json.loads(result.content[0].text) == result.structured_content
        assert client.server_info.name == "watchpost"
