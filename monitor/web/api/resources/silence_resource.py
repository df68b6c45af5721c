"""Silences: listed, shown, added, ended."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from monitor.access.permissions import Act
from monitor.actions import option_values
from monitor.actions.as_json import JsonObject
from monitor.actions.collecting.feeds import find_feed
from monitor.actions.silence_preview import preview_silence
from monitor.actions.silences import (
    SilenceRequest,
    add_silence,
    end_silence,
    list_silences,
    show_silence,
    silence_length,
)
from monitor.actions.subscribing.alert_history import LAST_DAYS
from monitor.actions.subscribing.subscriptions import check_themes, find_subscription
from monitor.store.one_transaction import in_one_transaction
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
    every: str | None = Field(
        None,
        max_length=200,
        description="Only at times that come again: `mon-fri 22:00-06:00`, `sat,sun`, `day:1-7`.",
    )
    zone: str | None = Field(
        None, max_length=64, description="Of `every`, such as `Europe/Warsaw`; else UTC."
    )

    def request(self, store: Store, length: timedelta) -> SilenceRequest:
        """Raise ConfigError for a subscription or a feed that is not there."""
        subscription, feed = self.subscription, self.feed
        return SilenceRequest(
            reason=self.reason,
            length=length,
            subscription_key=find_subscription(store, subscription).key if subscription else None,
            feed_key=find_feed(store, feed).key if feed else None,
            theme=self.theme,
            term=self.term,
            every=self.every,
            zone=self.zone,
        )


@api.create("/silences", Act.CHANGE_SILENCES, SilenceBody, shapes.SilenceShape)
async def add_new_silence(call: Call[NoQuery, SilenceBody]) -> Answer:
    """Silence alerts that meet all the parts, from now on."""
    body, length = call.body, silence_length(call.body.length, call.body.until, call.now)
    if body.theme is not None:
        check_themes([body.theme], call.site.theme_titles)

    @in_one_transaction
    def add(store: Store) -> JsonObject:
        added = add_silence(store, body.request(store, length), call.now).as_json()
        parts = ("subscription", "feed", "theme", "term", "until", "every", "zone")
        after = {name: added[name] for name in parts if added[name]}
        target = str(added["key"])[:8]
        call.record(store, "add silence", target, after=after, reason=body.reason)
        return added

    added = await call.write(add)
    location = {"location": f"{call.request.url.path}/{added['key']}"}
    return Answer(content=added, status=201, headers=location)


class SilencePreviewBody(SilenceBody):
    """The same silence, and since when to look."""

    since: str = Field(LAST_DAYS, max_length=40, description="A time ago, such as `7d`.")


@api.post(
    "/silences/preview", Act.READ_SUBSCRIPTIONS, SilencePreviewBody, shapes.SilencePreviewShape
)
async def preview_new_silence(call: Call[NoQuery, SilencePreviewBody]) -> Answer:
    """What a silence would have kept back, had it been in force; nothing is added."""
    body, length = call.body, silence_length(call.body.length, call.body.until, call.now)
    if body.theme is not None:
        check_themes([body.theme], call.site.theme_titles)
    since = option_values.parse_instant(body.since, "since", call.now)
    preview = await call.read(
        lambda store: preview_silence(store, body.request(store, length), since, call.now)
    )
    return Answer(content=preview.as_json())


@api.delete("/silences/{key}", Act.CHANGE_SILENCES, NoQuery, shapes.SilenceShape)
async def end_one_silence(call: Call[NoQuery, NoBody]) -> Answer:
    """End a silence now; it stays listed with what it kept back."""

    @in_one_transaction
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
