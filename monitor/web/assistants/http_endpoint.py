"""The endpoint of MCP over streamable HTTP, for programs with an access token.

Each request stands by itself: there is no session, so a token that ended opens nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fastapi import FastAPI, Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from monitor.access.caller import Caller
from monitor.access.permissions import Act
from monitor.actions.reading.explanations import ExplainerCache
from monitor.domain.errors import ConfigError
from monitor.web.api.conventions.errors_as_problems import ANSWERED, as_problem
from monitor.web.api.conventions.request_limits import RequestLimits
from monitor.web.assistants import sdk_extra
from monitor.web.assistants.tool_desk import ToolDesk
from monitor.web.console.frame.authentication import has_bearer
from monitor.web.console.frame.place_router import SignInNeededError, authorize
from monitor.web.site import problems
from monitor.web.site.context import SiteContext
from monitor.web.site.problems import ProblemError

PATH = "/api/mcp"
LARGEST_REQUEST = 262_144


class AssistantEndpoint:
    """An ASGI application that answers the calls of assistants."""

    acts: Mapping[str, Act | None] = MappingProxyType({"POST": Act.USE_ASSISTANT_TOOLS})

    def __init__(
        self, site: SiteContext, explainers: ExplainerCache, limits: RequestLimits
    ) -> None:
        self._site = site
        self._explainers = explainers
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            caller = await self._admit(request)
        except ANSWERED as error:
            await as_problem(error, None).response()(scope, receive, send)
            return
        await self._serve(caller, scope, receive, send)

    async def _admit(self, request: Request) -> Caller:
        """The caller, if they may ask.  Raise one of ANSWERED."""
        if request.method not in self.acts:
            raise ProblemError(
                problems.METHOD,
                f"{request.method} is not for this address: send MCP requests by POST.",
                headers={"allow": "POST"},
            )
        if not has_bearer(request):
            raise SignInNeededError
        caller = await authorize(self._site, request, Act.USE_ASSISTANT_TOOLS)
        self._limits.count(caller, self._site.clock())
        try:
            sdk_extra.check_installed()
        except ConfigError as error:
            raise ProblemError(problems.UNAVAILABLE, f"{error}.") from None
        return caller

    async def _serve(self, caller: Caller, scope: Scope, receive: Receive, send: Send) -> None:
        # loaded for the first request: the SDK takes memory
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        from monitor.web.assistants.mcp_server import mcp_server

        site = self._site
        desk = ToolDesk(
            settings=site.settings,
            read=site.read,
            explainer=self._explainers.explainer,
            clock=site.clock,
            caller=caller,
        )
        manager = StreamableHTTPSessionManager(
            mcp_server(desk),
            json_response=True,
            stateless=True,
            max_request_body_size=LARGEST_REQUEST,
        )
        async with manager.run():
            await manager.handle_request(scope, receive, send)


def add_to(app: FastAPI, endpoint: AssistantEndpoint) -> None:
    """Add the endpoint to the application of the pages, for every method."""
    app.router.routes.append(Route(PATH, endpoint, name=PATH))
