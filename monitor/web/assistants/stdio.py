"""MCP over standard input and output: of the store of this machine, or of a service elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import Any, TypeVar

import httpx2
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
)

from monitor import __version__
from monitor.access.caller import Caller
from monitor.actions.reading.explanations import ExplainerCache
from monitor.domain.errors import ConfigError
from monitor.runtime import build
from monitor.settings.sections import Settings
from monitor.store.store import Store
from monitor.web.assistants.mcp_server import NAME, mcp_server
from monitor.web.assistants.tool_desk import ToolDesk

Result = TypeVar("Result")
_ANSWER_SECONDS = 60


async def serve_store(settings: Settings, caller: Caller, clock: Callable[[], datetime]) -> None:
    """Answer from the database of the settings until standard input ends.  Raise StoreError."""
    with (
        closing(build.StoreThread()) as run_in_store,
        closing(build.open_store(settings)) as store,
    ):

        async def read(query: Callable[[Store], Result]) -> Result:
            return await run_in_store(lambda: query(store))

        desk = ToolDesk(
            settings=settings,
            read=read,
            explainer=ExplainerCache(settings).explainer,
            clock=clock,
            caller=caller,
        )
        await _serve(mcp_server(desk))


async def serve_remote(address: str, token: str) -> None:
    """Pass everything on to the service at the address of its MCP endpoint.

    Raise ConfigError when it can't be reached or does not let the token in.
    """
    headers = {"authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(headers=headers, timeout=_ANSWER_SECONDS) as http:
        await _check_door(http, address)
        transport = streamable_http_client(address, http_client=http, terminate_on_close=False)
        try:
            async with Client(transport) as remote:
                await _serve(_passing_on(remote))
        except MCPError as error:
            raise ConfigError(f"{address} does not speak MCP: {error}") from None


async def _check_door(http: httpx2.AsyncClient, address: str) -> None:
    """Raise ConfigError with the service's own words when it lets nobody in."""
    probe = {"jsonrpc": "2.0", "id": 0, "method": "ping"}
    accept = {"accept": "application/json, text/event-stream"}
    try:
        answer = await http.post(address, json=probe, headers=accept)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise ConfigError(
            f"{address} can't be reached: {str(error) or type(error).__name__}"
        ) from None
    if answer.status_code != httpx2.codes.OK:
        raise ConfigError(f"{address} answers {answer.status_code}: {_detail(answer)}")


def _detail(answer: httpx2.Response) -> str:
    """The detail of a problem (RFC 9457); else the beginning of the text."""
    try:
        document = answer.json()
    except ValueError:
        document = None
    if isinstance(document, dict) and isinstance(document.get("detail"), str):
        return str(document["detail"])
    return answer.text[:200].strip() or answer.reason_phrase


def _passing_on(remote: Client) -> Server[Any]:
    """A server whose tools are those of another."""

    async def list_tools(
        _context: ServerRequestContext[Any], _params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return await remote.list_tools()

    async def call_tool(
        _context: ServerRequestContext[Any], params: CallToolRequestParams
    ) -> CallToolResult:
        return await remote.call_tool(params.name, params.arguments or {})

    return Server(
        NAME,
        version=__version__,
        instructions=remote.instructions,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def _serve(server: Server[Any]) -> None:
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())
