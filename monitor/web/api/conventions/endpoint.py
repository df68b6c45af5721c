"""The endpoint of an address of the API: each request is authorized, counted, read and answered."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from fastapi import Request, Response
from starlette.responses import StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from monitor.access.caller import Caller, Door
from monitor.access.permissions import Act
from monitor.access.roles import PersonRole
from monitor.web.api.conventions import entity_tags, idempotent_requests
from monitor.web.api.conventions.api_context import ApiContext
from monitor.web.api.conventions.api_models import ApiModel, NoBody
from monitor.web.api.conventions.errors_as_problems import ANSWERED, as_problem
from monitor.web.api.conventions.operation import ROOT, Answer, Call, Operation, Trait
from monitor.web.api.conventions.requests import read_document, read_json, read_query
from monitor.web.console.frame.authentication import has_bearer
from monitor.web.console.frame.place_router import SignInNeededError, authorize
from monitor.web.site import problems
from monitor.web.site.problems import ProblemError

_CACHING = {"cache-control": "private, no-cache"}  # keep it, and ask whether it is fresh


class ApiEndpoint:
    """An ASGI application for one address, with its operations by method."""

    def __init__(self, context: ApiContext, operations: Mapping[str, Operation]) -> None:
        self._context = context
        self._site = context.site
        self._limits = context.limits
        self._operations = operations
        self.acts: Mapping[str, Act | None] = {
            method: operation.act for method, operation in operations.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        operation = self._operations.get("GET" if request.method == "HEAD" else request.method)
        try:
            response = await self._answer(request, operation)
        except ANSWERED as error:
            response = as_problem(error, operation).response()
        caller: Caller | None = getattr(request.state, "caller", None)
        if caller is not None:
            response.headers.update(self._limits.headers(caller, self._site.clock()))
        await response(scope, receive, send)

    async def _answer(self, request: Request, operation: Operation | None) -> Response:
        if operation is None:
            allowed = ", ".join(self._methods())
            raise ProblemError(
                problems.METHOD,
                f"{request.method} is not for this address; these are: {allowed}.",
                headers={"allow": allowed},
            )
        if operation.act is None:
            return await self._open(request, operation)
        if operation.changes and not has_bearer(request):
            raise SignInNeededError
        caller = await authorize(self._site, request, operation.act)
        self._limits.count(caller, self._site.clock(), sends=Trait.SENDS in operation.traits)
        return await self._ask(request, operation, caller)

    async def _open(self, request: Request, operation: Operation) -> Response:
        """The answer to anybody."""
        query = read_query(request, operation.query)
        answered = await operation.run(_open_call(self._context, request, query))
        return _response(request, answered)

    async def _ask(self, request: Request, operation: Operation, caller: Caller) -> Response:
        query = read_query(request, operation.query)
        body: ApiModel = NoBody()
        content = b""
        if operation.upload:
            content = await read_document(request, operation.upload)
        elif operation.changes:
            body, content = await read_json(request, operation.body)
        call = Call(
            context=self._context,
            request=request,
            caller=caller,
            now=self._site.clock(),
            query=query,
            body=body,
            content=content,
        )
        run = partial(_run, operation, call)
        if operation.method != "POST":
            return await run()
        shown_once = Trait.SHOWN_ONCE in operation.traits
        return await idempotent_requests.once(call, run, shown_once=shown_once)

    def _methods(self) -> list[str]:
        """Every method of the address, as `Allow` lists them."""
        head = ["HEAD"] if "GET" in self._operations else []
        return sorted([*self._operations, *head])


def api_route(endpoint: ApiEndpoint, path: str) -> Route:
    """The route of an address below the root of the API, for every method."""
    return Route(ROOT + path, endpoint, name=path)


async def _run(operation: Operation, call: Call[ApiModel, ApiModel]) -> Response:
    return _response(call.request, await operation.run(call))


def _open_call(context: ApiContext, request: Request, query: ApiModel) -> Call[ApiModel, ApiModel]:
    """The call of somebody who need not be signed in."""
    nobody = Caller(name="", role=PersonRole.VIEWER, door=Door.API)
    return Call(
        context=context,
        request=request,
        caller=nobody,
        now=context.site.clock(),
        query=query,
        body=NoBody(),
    )


def _response(request: Request, answered: Answer | Response) -> Response:
    if isinstance(answered, Response):
        is_only_head = request.method == "HEAD" and isinstance(answered, StreamingResponse)
        return Response(headers=dict(answered.headers)) if is_only_head else answered
    if answered.content is None:
        return Response(status_code=answered.status, headers=dict(answered.headers))
    body = entity_tags.json_bytes(answered.content)
    tag = entity_tags.entity_tag(body, is_weak=answered.is_list)
    headers = {"etag": tag, **answered.headers}
    if request.method in ("GET", "HEAD"):
        headers |= _CACHING
        if entity_tags.is_known(request, tag):
            return Response(status_code=304, headers=headers)
    return Response(body, answered.status, headers, "application/json")
