"""Silences: listed, shown, added, ended."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from monitor.access.permissions import Act
from monitor.actions import option_values
from monitor.actions.as_json import JsonObject
from monitor.actions.collecting.feeds import find_feed
from monitor.actions.option_values import InvalidOption
from monitor.actions.silences import (
    SilenceRequest,
    add_silence,
    end_silence,
    list_silences,
    show_silence,
)
from monitor.actions.subscribing.subscriptions import check_themes, find_subscription
from monitor.store.store import Store
from monitor.web.api.conventions.api_models import ApiModel, Flag, NoBody, NoQuery, PageQuery
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.errors_as_problems import found
from monitor.web.api.conventions.operation import Answer, Call
from monitor.web.api.conventions.paging import cut_page
from monitor.web.api.shapes import subscription_shapes as shapes

api = ApiRouter()


class SilenceQuery(PageQuery):
    """Which silences."""

    ended: Flag = Field(False, description="Also those that have ended.")


@api.get("/silences", Act.READ_SILENCES, SilenceQuery, shapes.SilencePageShape)
async def list_all_silences(call: Call[SilenceQuery, NoBody]) -> Answer:
    """Silences in force, the one that ends first first, with what each kept back."""
    query = call.query
    listed = await call.read(
        lambda store: list_silences(store, call.now, include_ended=query.ended)
    )
    items = [silence.as_json() for silence in listed]
    return cut_page(call.request, items, query.limit, query.after)


@api.get("/silences/{key}", Act.READ_SILENCES, NoQuery, shapes.SilenceShape)
async def read_silence(call: Call[NoQuery, NoBody]) -> Answer:
    """One silence."""
    return Answer(content=await call.read(lambda store: _silence(call, store)))


class SilenceBody(ApiModel):
    """What not to tell, until when and why; an alert is silenced when all the parts apply."""

    reason: str = Field(min_length=1, max_length=1_000, description="Digests show it.")
    length: str | None = Field(
        None, alias="for", max_length=20, description="How long from now, such as `3d`; or `until`."
    )
    until: str | None = Field(None, max_length=40, description="A date or time; or `for`.")
    subscription: str | None = Field(None, max_length=300, description="Its key or name.")
    feed: str | None = Field(None, max_length=2_000, description="Its key or address.")
    theme: str | None = Field(None, max_length=200)
    term: str | None = Field(None, max_length=200, description="Words in headline or text.")


@api.create("/silences", Act.CHANGE_SILENCES, SilenceBody, shapes.SilenceShape)
async def add_new_silence(call: Call[NoQuery, SilenceBody]) -> Answer:
    """Silence alerts that meet all the parts, from now on."""
    body, length = call.body, _length(call)
    if body.theme is not None:
        check_themes([body.theme], call.site.theme_titles)

    def add(store: Store) -> JsonObject:
        subscription, feed = body.subscription, body.feed
        request = SilenceRequest(
            reason=body.reason,
            length=length,
            subscription_key=find_subscription(store, subscription).key if subscription else None,
            feed_key=find_feed(store, feed).key if feed else None,
            theme=body.theme,
            term=body.term,
        )
        added = add_silence(store, request, call.now).as_json()
        parts = ("subscription", "feed", "theme", "term", "until")
        after = {name: added[name] for name in parts if added[name]}
        target = str(added["key"])[:8]
        call.record(store, "add silence", target, after=after, reason=body.reason)
        return added

    added = await call.write(add)
    location = {"location": f"{call.request.url.path}/{added['key']}"}
    return Answer(content=added, status=201, headers=location)


@api.delete("/silences/{key}", Act.CHANGE_SILENCES, shapes.SilenceShape)
async def end_one_silence(call: Call[NoQuery, NoBody]) -> Answer:
    """End a silence now; it stays listed with what it kept back."""

    def end(store: Store) -> JsonObject:
        silence = _silence(call, store)
        ended = end_silence(store, str(silence["key"]), call.now)
        if ended.was_active:
            call.record(store, "end silence", ended.silence.key[:8])
        return _silence(call, store)

    return Answer(content=await call.write(end))


def _silence(call: Call[NoQuery, NoBody], store: Store) -> JsonObject:
    """Raise ProblemError (404)."""
    return found(lambda: show_silence(store, call.key)).as_json()


def _length(call: Call[NoQuery, SilenceBody]) -> timedelta:
    """How long from now.  Raise InvalidOption."""
    body = call.body
    if (body.length is None) == (body.until is None):
        raise InvalidOption("until", "say how long: either `for` or `until`")
    if body.length is not None:
        return option_values.parse_duration(body.length, "for")
    return option_values.parse_instant(body.until or "", "until", call.now) - call.now
