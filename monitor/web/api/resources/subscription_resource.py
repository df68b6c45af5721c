"""Subscriptions: listed, shown, added, changed, paused, resumed, removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pydantic import Field

from monitor.access.permissions import Act
from monitor.actions import option_values
from monitor.actions.as_json import JsonObject
from monitor.actions.collecting.feeds import find_feed
from monitor.actions.subscribing import destinations, subscription_preview, subscriptions
from monitor.actions.subscribing.alert_history import LAST_DAYS
from monitor.actions.subscribing.delivery_schedules import ScheduleOptions, changed_schedule
from monitor.actions.subscribing.filters import parse_filter
from monitor.actions.subscribing.subscription_edits import (
    NO_EDIT,
    NO_SCHEDULE_CHANGE,
    SubscriptionEdit,
    edit_subscription,
    edited_subscription,
)
from monitor.actions.subscribing.subscription_erasure import (
    ErasedSubscription,
    erase_subscription,
)
from monitor.actions.subscribing.subscriptions import NewSubscription
from monitor.deliver.channels.descriptor import Destination
from monitor.deliver.transports.signature import check_secret
from monitor.domain.alerts import About, ChannelKind, Subscription
from monitor.domain.delivery_schedule import AT_ONCE, Frequency
from monitor.domain.stories import Repeat
from monitor.domain.tiers import WantedTier
from monitor.net.own_headers import check_headers
from monitor.store.one_transaction import in_one_transaction
from monitor.store.store import Store
from monitor.web.api.conventions.api_models import ApiModel, NoBody, NoQuery, PageQuery
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.entity_tags import check_match
from monitor.web.api.conventions.errors_as_problems import found
from monitor.web.api.conventions.operation import Answer, Call, Trait
from monitor.web.api.conventions.paging import cut_page
from monitor.web.api.shapes import subscription_shapes as shapes

api = ApiRouter()

_HEADERS = "Own request headers of a webhook; their values are never shown."
_NONE = "none"


@api.get("/subscriptions", Act.READ_SUBSCRIPTIONS, PageQuery, shapes.SubscriptionPageShape)
async def list_subscriptions(call: Call[PageQuery, NoBody]) -> Answer:
    """Subscriptions by name, with their filters, schedules and how their receivers do."""
    listed = await call.read(subscriptions.list_subscriptions)
    items = [status.as_json() for status in listed]
    return cut_page(call.request, items, call.query.limit, call.query.after)


@api.get("/subscriptions/{key}", Act.READ_SUBSCRIPTIONS, NoQuery, shapes.SubscriptionDetailShape)
async def read_subscription(call: Call[NoQuery, NoBody]) -> Answer:
    """One subscription; its secrets are never shown."""
    return Answer(content=await call.read(lambda store: _details(call, store, call.key)))


class CadenceBody(ApiModel):
    """When it is told; a field that is not there stays as it is, null ends it."""

    every: Frequency = Frequency.ONCE
    at: str | None = Field(None, max_length=5, description="Of a digest: `07:30`.")
    on: str | None = Field(None, max_length=10, description="The weekday of a weekly digest.")
    zone: str | None = Field(None, max_length=64, description="Such as `Europe/Warsaw`.")
    quiet: tuple[str, str] | None = Field(
        None, description="From when to when nothing is sent: `22:00`, `07:00`."
    )
    budget: int | None = Field(None, ge=1, le=10_000, description="Messages a day.")
    group_seconds: int = Field(0, ge=0, le=43_200, description="Alerts so close go together.")
    empty_digest: bool = Field(False, description="Send a digest that has nothing in it, too.")

    def options(self) -> ScheduleOptions:
        """The fields that were given, as a person types them."""
        set_fields = self.model_fields_set
        quiet, budget = self.quiet, self.budget
        return ScheduleOptions(
            frequency=self.every if "every" in set_fields else None,
            at=self.at,
            on=self.on,
            zone=self.zone,
            quiet=("-".join(quiet) if quiet else _NONE) if "quiet" in set_fields else None,
            budget=(_NONE if budget is None else str(budget)) if "budget" in set_fields else None,
            group=f"{self.group_seconds}s" if "group_seconds" in set_fields else None,
            empty=self.empty_digest if "empty_digest" in set_fields else None,
        )


class SubscriptionBody(ApiModel):
    """Who is told of what, where and when; an empty list of filters admits everything."""

    name: str = Field(min_length=1, max_length=100)
    channel: ChannelKind
    address: str = Field(
        min_length=1,
        max_length=2_000,
        description="A mail address, the URL of a webhook, or an Apprise address.",
    )
    secret: str = Field(
        "", max_length=200, description="Of a webhook, `whsec_…`; empty: a new one is made."
    )
    headers: dict[str, str] = Field({}, max_length=20, description=_HEADERS)
    topics: tuple[str, ...] = Field((), max_length=50, description="Empty: all.")
    themes: tuple[str, ...] = Field((), max_length=50)
    languages: tuple[str, ...] = Field((), max_length=50, description="Such as `en`, `ko`.")
    feeds: tuple[str, ...] = Field((), max_length=1_000, description="Keys or addresses.")
    min_score: float = Field(0.0, ge=0, le=1)
    filter: str = Field(
        "",
        max_length=500,
        description="A question that each article must meet; `saved:NAME` is a saved search.",
    )
    about: tuple[About, ...] = Field((About.ARTICLES,), max_length=len(About), min_length=1)
    cadence: CadenceBody = CadenceBody()
    repeat: Repeat = Repeat.FACTS
    tier: WantedTier = WantedTier.ALERT


@api.create(
    "/subscriptions",
    Act.CHANGE_SUBSCRIPTIONS,
    SubscriptionBody,
    shapes.AddedSubscriptionShape,
    Trait.SHOWN_ONCE,
)
async def add_subscription(call: Call[NoQuery, SubscriptionBody]) -> Answer:
    """Add a subscription; the secret of a webhook is in this answer and in no other."""
    body, settings = call.body, call.site.settings
    parsed = destinations.parse_destination(body.channel, body.address, settings.egress.allow)
    if body.secret:
        subscriptions.check_signed(body.name, body.channel)
        parsed = replace(parsed, signing_secret=check_secret(body.secret))
    headers = check_headers(body.headers.items())
    schedule = changed_schedule(AT_ONCE, body.cadence.options())
    titles = call.site.theme_titles
    topics = option_values.check_topics(body.topics, call.site.topics)
    themes = subscriptions.check_themes(body.themes, titles)
    article_filter = await call.read(
        lambda store: parse_filter(store, body.filter, call.now, topic_themes=titles)
    )
    remark = await destinations.probe_destination(parsed, settings)

    @in_one_transaction
    def add(store: Store) -> tuple[JsonObject, str]:
        request = NewSubscription(
            name=body.name,
            destination=parsed,
            headers=headers,
            topics=topics,
            themes=themes,
            languages=frozenset(body.languages),
            feeds=frozenset(find_feed(store, key_or_url).key for key_or_url in body.feeds),
            min_score=body.min_score,
            filter=article_filter,
            about=frozenset(body.about),
            schedule=schedule,
            repeat=body.repeat,
            tier=body.tier,
        )
        added = subscriptions.subscribe(store, request, call.now)
        call.record(store, "add subscription", added.name, after={"channel": added.channel})
        return _details(call, store, added.key), added.signing_secret

    details, secret = await call.write(add)
    shown_secret = None if body.secret else secret or None
    content: JsonObject = {"subscription": details, "secret": shown_secret, "remark": remark}
    location = {"location": f"{call.request.url.path}/{details['key']}"}
    return Answer(content=content, status=201, headers=location)


class SubscriptionChangeBody(ApiModel):
    """What to change; a field that is not there stays as it is, and so do its secrets."""

    name: str | None = Field(None, min_length=1, max_length=100)
    address: str | None = Field(
        None,
        min_length=1,
        max_length=2_000,
        description="Of the same channel; a webhook keeps its secret.",
    )
    headers: dict[str, str] | None = Field(
        None, max_length=20, description=f"{_HEADERS} They replace all others; null removes them."
    )
    topics: tuple[str, ...] | None = Field(None, max_length=50, description="Empty: all.")
    themes: tuple[str, ...] | None = Field(None, max_length=50)
    languages: tuple[str, ...] | None = Field(None, max_length=50)
    feeds: tuple[str, ...] | None = Field(None, max_length=1_000, description="Keys or addresses.")
    min_score: float | None = Field(None, ge=0, le=1)
    about: tuple[About, ...] | None = Field(None, max_length=len(About), min_length=1)
    cadence: CadenceBody | None = None
    repeat: Repeat | None = None
    tier: WantedTier | None = None
    filter: str | None = Field(None, max_length=500, description="null or empty ends it.")

    def edit(self, destination: Destination | None) -> SubscriptionEdit:
        """The fields that were given, as a person types them."""
        return SubscriptionEdit(
            name=self.name,
            destination=destination,
            headers=check_headers((self.headers or {}).items())
            if "headers" in self.model_fields_set
            else None,
            topics=self.topics,
            themes=self.themes,
            languages=self.languages,
            feeds=self.feeds,
            min_score=self.min_score,
            question=(self.filter or "") if "filter" in self.model_fields_set else None,
            about=self.about,
            repeat=self.repeat,
            tier=self.tier,
            schedule=self.cadence.options() if self.cadence else NO_SCHEDULE_CHANGE,
        )


@api.patch(
    "/subscriptions/{key}",
    Act.CHANGE_SUBSCRIPTIONS,
    SubscriptionChangeBody,
    shapes.SubscriptionDetailShape,
    Trait.NEEDS_MATCH,
)
async def change_subscription(call: Call[NoQuery, SubscriptionChangeBody]) -> Answer:
    """Change a subscription: filters from the next article on, schedule and address at once."""
    destination = await _new_destination(call)

    @in_one_transaction
    def change(store: Store) -> JsonObject:
        before = found(lambda: subscriptions.find_subscription(store, call.key))
        check_match(call.request, _details(call, store, before.key))
        option_values.check_topics(call.body.topics or (), call.site.topics, before.topics)
        edit_subscription(
            store,
            before.key,
            call.body.edit(destination),
            call.caller,
            call.now,
            call.site.theme_titles,
        )
        return _details(call, store, before.key)

    return Answer(content=await call.write(change))


class PreviewQuery(ApiModel):
    """How far to look back."""

    since: str = Field(LAST_DAYS, max_length=40, description="A time ago, such as `7d`.")


@api.get(
    "/subscriptions/{key}/preview",
    Act.READ_SUBSCRIPTIONS,
    PreviewQuery,
    shapes.SubscriptionPreviewShape,
)
async def preview_subscription(call: Call[PreviewQuery, NoBody]) -> Answer:
    """Of which past articles it would have been told, by the code that alerts."""
    return await _preview(call, call.query.since, NO_EDIT)


class DraftBody(SubscriptionChangeBody):
    """An edit that is only tried, and how far to look back."""

    since: str = Field(LAST_DAYS, max_length=40, description="A time ago, such as `7d`.")


@api.post(
    "/subscriptions/{key}/preview",
    Act.READ_SUBSCRIPTIONS,
    DraftBody,
    shapes.SubscriptionPreviewShape,
)
async def preview_edit(call: Call[NoQuery, DraftBody]) -> Answer:
    """Of which past articles it would have been told after an edit; nothing is changed."""
    return await _preview(call, call.body.since, call.body.edit(None))


async def _preview(call: Call[Any, Any], since: str, edit: SubscriptionEdit) -> Answer:
    first = option_values.parse_instant(since, "since", call.now)

    def read(store: Store) -> JsonObject:
        before = found(lambda: subscriptions.find_subscription(store, call.key))
        draft = edited_subscription(store, before, edit, call.now, call.site.theme_titles)
        return subscription_preview.preview_subscription(store, draft, first, call.now).as_json()

    return Answer(content=await call.read(read))


async def _new_destination(call: Call[NoQuery, SubscriptionChangeBody]) -> Destination | None:
    """The new address of the body, checked as that of a new subscription of the same channel."""
    address, settings = call.body.address, call.site.settings
    if address is None:
        return None
    before = await call.read(
        lambda store: found(lambda: subscriptions.find_subscription(store, call.key))
    )
    destination = destinations.parse_destination(before.channel, address, settings.egress.allow)
    await destinations.probe_destination(destination, settings)
    return destination


@api.delete("/subscriptions/{key}", Act.CHANGE_SUBSCRIPTIONS, NoQuery)
async def remove_subscription(call: Call[NoQuery, NoBody]) -> Answer:
    """Delete a subscription; alerts that wait for it are listed as undelivered."""

    @in_one_transaction
    def remove(store: Store) -> None:
        before = found(lambda: subscriptions.find_subscription(store, call.key))
        subscriptions.remove_subscription(store, before.key, call.now)
        call.record(store, "remove subscription", before.name)

    await call.write(remove)
    return Answer(status=204)


@api.post(
    "/subscriptions/{key}/erase",
    Act.CHANGE_SUBSCRIPTIONS,
    NoBody,
    shapes.ErasedSubscriptionShape,
)
async def erase(call: Call[NoQuery, NoBody]) -> Answer:
    """Erase its address, messages and attempts; also of one that was removed before."""

    def erase_stored(store: Store) -> ErasedSubscription:
        erased = found(lambda: erase_subscription(store, call.key, call.site.settings, call.now))
        call.record(store, "erase subscription", erased.key)
        return erased

    return Answer(content=(await call.write(erase_stored)).as_json())


@api.post(
    "/subscriptions/{key}/pause",
    Act.CHANGE_SUBSCRIPTIONS,
    NoBody,
    shapes.SubscriptionDetailShape,
)
async def pause_subscription(call: Call[NoQuery, NoBody]) -> Answer:
    """Send it nothing until it is resumed."""

    def pause(store: Store, before: Subscription) -> None:
        subscriptions.pause_subscription(store, before.key)
        call.record(store, "pause subscription", before.name)

    return await _changed(call, pause)


@api.post(
    "/subscriptions/{key}/resume",
    Act.CHANGE_SUBSCRIPTIONS,
    NoBody,
    shapes.SubscriptionDetailShape,
)
async def resume_subscription(call: Call[NoQuery, NoBody]) -> Answer:
    """Send to a paused or disabled subscription again, starting with what waited."""

    def resume(store: Store, before: Subscription) -> None:
        subscriptions.resume_subscription(store, before.key, call.now)
        call.record(store, "resume subscription", before.name)

    return await _changed(call, resume)


async def _changed(
    call: Call[NoQuery, NoBody], change: Callable[[Store, Subscription], None]
) -> Answer:
    """The subscription as it is after a change."""

    @in_one_transaction
    def apply(store: Store) -> JsonObject:
        before = found(lambda: subscriptions.find_subscription(store, call.key))
        change(store, before)
        return _details(call, store, before.key)

    return Answer(content=await call.write(apply))


def _details(call: Call[Any, Any], store: Store, key: str) -> JsonObject:
    return found(lambda: subscriptions.show_subscription(store, key, call.now)).as_json()
