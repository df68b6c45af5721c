"""Idempotent requests: with an `Idempotency-Key` a POST is done once, and answered alike."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from fastapi import Response

from monitor.access import idempotency
from monitor.access.idempotency import KeyedRequest, Repetition, StoredAnswer, keyed_request
from monitor.domain.errors import StoreError
from monitor.web.api.conventions.operation import Call
from monitor.web.site import problems
from monitor.web.site.problems import FieldError, Problem, ProblemError

log = logging.getLogger(__name__)

HEADER = "Idempotency-Key"
_SECRET = Problem(
    type=problems.CONFLICT,
    detail="It was done already; the secret was in the first answer, and is shown only once.",
)
_KEPT_HEADERS = ("content-type", "location", "etag")


async def once(
    call: Call[Any, Any], run: Callable[[], Awaitable[Response]], *, shown_once: bool
) -> Response:
    """The answer of `run`, or that of the first request with the same key of this caller.

    A request that fails changed nothing, so that its key may be used again.  An answer with a
    secret is not kept; the repeated request is told so.  Raise ProblemError (400, 409, 422) for a
    key that can't be used.
    """
    keyed = _keyed(call)
    if keyed is None:
        return await run()
    first = await call.write(lambda store: store.keyed_requests.begin(keyed))
    if first is not None:
        return _repeated(keyed, first, call.site.started_at)
    try:
        response = await run()
    except Exception:  # it is raised again
        # Every fault, foreseen or not, frees the key: a repeat would wait a day.
        await _forget(call, keyed.key)
        raise
    answer = _stored_answer(_SECRET.response() if shown_once else response)
    await call.write(lambda store: store.keyed_requests.end(keyed.key, answer))
    return response


def _keyed(call: Call[Any, Any]) -> KeyedRequest | None:
    """The request with its key; None when it has none."""
    request = call.request
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not idempotency.is_usable_key(key):
        detail = f"a key has 1 to {idempotency.LONGEST_KEY} printable ASCII characters"
        raise ProblemError(
            problems.BAD_REQUEST,
            f"{HEADER}: {detail}; a random UUID is usual.",
            FieldError(header=HEADER, detail=detail),
        )
    address = request.scope["path"].encode() + b"?" + request.scope["query_string"]
    parts = (request.method.encode(), address, call.content)
    return keyed_request(call.caller, key, *parts, now=call.now)


def _repeated(request: KeyedRequest, first: KeyedRequest, started_at: datetime) -> Response:
    """The first answer; `started_at` is when this process did.  Raise ProblemError (409, 422)."""
    if idempotency.repetition(request, first) is Repetition.OTHER:
        raise ProblemError(
            problems.KEY_REUSED, "Another request was sent with this key; nothing was changed."
        )
    answer = first.answer
    if answer is None:
        begun_at = f"{first.begun_at:%Y-%m-%dT%H:%M:%SZ}"
        if first.begun_at < started_at:
            raise ProblemError(
                problems.KEY_IN_USE,
                f"The request with this key was begun at {begun_at}, before the service started"
                " again, and left no answer. It was done as a whole or not at all: look which,"
                " then use another key.",
            )
        raise ProblemError(
            problems.KEY_IN_USE,
            f"The request with this key was begun at {begun_at} and has not ended.",
            headers={"retry-after": "1"},
        )
    headers = {**answer.headers, "idempotency-replayed": "true"}
    return Response(answer.body.encode(), answer.status, headers)


def _stored_answer(response: Response) -> StoredAnswer:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    return StoredAnswer(
        status=response.status_code, headers=headers, body=bytes(response.body).decode()
    )


async def _forget(call: Call[Any, Any], key: str) -> None:
    try:
        await call.write(lambda store: store.keyed_requests.forget(key))
    except StoreError as error:  # the key stays unusable for a day; the first error is told
        log.warning("web.key_kept", extra={"error": str(error)})
