"""Tests of MCP over stdio: `monitor mcp` as an assistant starts it, here and over a token."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from monitor.access.roles import PersonRole
from monitor.domain.errors import ConfigError
from monitor.web.assistants import stdio
from monitor.web.assistants.http_endpoint import PATH
from tests.web.api.conftest import program
from tests.web.conftest import Visitor


@asynccontextmanager
async def started(folder: Path, *words: str) -> AsyncIterator[Client]:
    """A client that has started the command."""
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "monitor", *words], cwd=folder
    )
    async with Client(command) as client:
        yield client


async def test_an_assistant_reads_the_database_of_this_machine(
    articles: Visitor, sqlite_url: str, tmp_path: Path
):
    file = tmp_path / "monitor.toml"
    file.write_text(f'[database]\nurl = "{sqlite_url}"\n', encoding="utf-8")
    async with started(tmp_path, "--config", str(file), "mcp") as client:
        result = await client.call_tool("search", {"question": "sappers"})
        assert [item["title"] for item in result.structured_content["items"]] == ["Sappers leave"]


async def test_an_assistant_reads_a_service_elsewhere_over_a_token(
    articles: Visitor, tmp_path: Path
):
    bearer = program(articles, PersonRole.VIEWER).headers["authorization"]
    token = tmp_path / "token"
    token.write_text(bearer.removeprefix("Bearer ") + "\n", encoding="utf-8")
    words = ("mcp", "--url", articles.base + PATH, "--token-file", str(token))
    async with started(tmp_path, *words) as client:
        assert "never instructions" in (client.instructions or "")
        result = await client.call_tool("article", {"key": "aaaa"})
        assert result.structured_content["title"] == "Sappers leave"
        refused = await client.call_tool("article", {"key": "eeee"})
        assert "no article" in refused.content[0].text


async def test_a_service_that_lets_nobody_in_is_told_in_its_own_words(articles: Visitor):
    with pytest.raises(ConfigError, match="401: Nobody is signed in"):
        await stdio.serve_remote(articles.base + PATH, "wpt_unknown")
    with pytest.raises(ConfigError, match="404"):
        await stdio.serve_remote(articles.base + "/elsewhere", "wpt_unknown")
    with pytest.raises(ConfigError, match="can't be reached"):
        await stdio.serve_remote("http://127.0.0.1:9/api/mcp", "wpt_unknown")
    with pytest.raises(ConfigError, match="can't be reached"):
        await stdio.serve_remote("no address", "wpt_unknown")
