"""Events as they happen: a stream of server-sent events that can be resumed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from itertools import chain

from fastapi import Response
from pydantic import Field
from starlette.responses import StreamingResponse

from monitor.access.permissions import Act, refusal, refusal_text
from monitor.domain.events.event_types import EventSubject, EventType
from monitor.store.events.event_log import EventPosition, parse_position
from monitor.web.api.conventions.api_models import ApiModel, NoBody
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.operation import Call
from monitor.web.site import problems
from monitor.web.site.connection_limits import extend_deadline
from monitor.web.site.event_streams import TooManyStreams
from monitor.web.site.problems import ProblemError

api = ApiRouter()
MEDIA_TYPE = "text/event-stream"
_ACTS = {
    EventSubject.ARTICLE: Act.READ_ARTICLES,
    EventSubject.DELIVERY: Act.READ_DELIVERIES,
    EventSubject.FEED: Act.READ_FEEDS,
    EventSubject.STORY: Act.READ_ARTICLES,
    EventSubject.RULES: Act.READ_RULES,
}


class EventQuery(ApiModel):
    """Which events."""

    types: str = Field(
        "",
        max_length=500,
        description=(
            "With commas; `delivery.*` names all of a kind; empty: all that the token may read."
            f"  There are: {', '.join(EventType)}."
        ),
    )


@api.download("/events", Act.READ_OWN_ACCOUNT, EventQuery, MEDIA_TYPE)
async def follow_events(call: Call[EventQuery, NoBody]) -> Response:
    """Events as they happen, as server-sent events (`EventSource`).

    The id of each is a position: with `Last-Event-ID` a stream goes on after it, and nothing is
    missed or comes twice.  Where that can't be, because events were pruned or the id is of another
    database, the first event is `stream.gap`: it says where the stream goes on and what was lost.
    A stream ends after a minute, so clients resume; a comment every ten seconds shows that it is
    alive.  At most 50 streams at once: then 503 with `Retry-After`.
    """
    types = _types(call)
    stream = call.context.events.listen(
        types, _position(call), partial(extend_deadline, call.request.scope)
    )
    if call.request.method == "HEAD":
        return Response(media_type=MEDIA_TYPE)
    try:
        first = await anext(stream)
    except TooManyStreams:
        raise ProblemError(
            problems.UNAVAILABLE,
            "There are 50 streams already: ask again later, or ask for lists instead.",
            headers={"retry-after": "60"},
        ) from None
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(_with_first(first, stream), headers=headers, media_type=MEDIA_TYPE)


async def _with_first(first: str, stream: AsyncIterator[str]) -> AsyncIterator[str]:
    yield first
    async for part in stream:
        yield part


def _types(call: Call[EventQuery, NoBody]) -> frozenset[EventType]:
    """Raise ProblemError: 400 for an unknown type, 403 for one that the caller may not read."""
    refusals = {subject: refusal(act, call.caller, call.now) for subject, act in _ACTS.items()}
    names = [name.strip() for name in call.query.types.split(",") if name.strip()]
    if not names:
        return frozenset(kind for kind in EventType if refusals[kind.subject] is None)
    types = frozenset(chain.from_iterable(map(_types_of_name, names)))
    for kind in sorted(types):
        reason = refusals[kind.subject]
        if reason is not None:
            raise ProblemError(problems.REFUSED, refusal_text(_ACTS[kind.subject], reason))
    return types


def _types_of_name(name: str) -> list[EventType]:
    """The types of a name: one, or all of `delivery.*`.  Raise ProblemError (400)."""
    types = [kind for kind in EventType if name in (kind.value, f"{kind.subject}.*")]
    if not types:
        raise ProblemError(
            problems.BAD_QUERY,
            f"types: no such event {name[:60]!r}; there are: {', '.join(EventType)}; `delivery.*`"
            " names all of a kind.",
        )
    return types


def _position(call: Call[EventQuery, NoBody]) -> EventPosition | None:
    """Where the client stopped.  Raise ProblemError (400) for an id that is none."""
    text = call.request.headers.get("last-event-id", "").strip()
    position = parse_position(text)
    if text and position is None:
        raise ProblemError(
            problems.BAD_QUERY, "Last-Event-ID: not the id of an event: leave it out."
        )
    return position
