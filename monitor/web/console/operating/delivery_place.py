"""Deliveries in the console: messages to all receivers, one as it was sent, retry and replay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import TypeVar

from fastapi import APIRouter, HTTPException, Request, Response

from monitor.access.permissions import Act, is_allowed
from monitor.actions import deliveries, option_values
from monitor.actions.deliveries import DeliveryPage, DeliveryQuery, ShownDelivery
from monitor.actions.option_values import InvalidOption
from monitor.actions.sent_messages import MessageTopic, message_as_sent
from monitor.actions.subscribing.subscriptions import find_subscription
from monitor.deliver.channels.troubleshooting import remedy
from monitor.deliver.transports.as_sent import SentMessage
from monitor.domain.alerts import AlertState, Outcome
from monitor.domain.errors import ConfigError
from monitor.domain.events.event_types import EventSubject
from monitor.domain.messages import MessageType
from monitor.store.store import Store
from monitor.web.console import article_lists
from monitor.web.console.event_notices import ListNotice
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import Parts, render
from monitor.web.console.operating import delivery_forms
from monitor.web.site.context import SiteContext

E = TypeVar("E", bound=StrEnum)

PATH = "/console/deliveries"
_LISTED = 50
_NOTICE = ListNotice(
    path=PATH,
    act=Act.READ_DELIVERIES,
    subject=EventSubject.DELIVERY,
    words=("delivery", "deliveries"),
)
_FILTERS = ("state", "subscription", "type", "since", "until", "after")


def routes(site: SiteContext) -> APIRouter:
    """The list as a page and as JSON; one message; the forms of operators."""
    place = PlaceRouter(site)

    @place.get(PATH, Act.READ_DELIVERIES)
    async def page(request: Request) -> Response:
        filters, fault = _filters(request), ""
        news = await _NOTICE.address(site)
        try:
            listed = await site.read(partial(_page, filters, site.clock()))
        except ConfigError as error:
            listed, fault = DeliveryPage(deliveries=(), next=None), str(error)
        parts = await site.read(partial(_list_parts, filters))
        more = {**_next(filters, listed), "listed": listed.deliveries, "fault": fault}
        status = 400 if fault else 200
        more |= {"can_send": can_send(request), "news": news}
        return render(site, request, "deliveries", {**parts, **more}, status=status)

    @place.get(PATH + ".json", Act.READ_DELIVERIES)
    async def as_json(request: Request) -> Response:
        listed = await site.read(partial(_page, _filters(request), site.clock()))
        items = [delivery.as_json() for delivery in listed.deliveries]
        return article_lists.json_response({"items": items, "next": listed.next})

    delivery_forms.add_forms(place, site)
    _NOTICE.add_to(place, site)

    @place.get(PATH + "/{key}", Act.READ_DELIVERIES)
    async def one(request: Request, key: str) -> Response:
        parts = await site.read(partial(_delivery_parts, site, key=key))
        return render(site, request, "delivery", {**parts, "can_send": can_send(request)})

    return place.router


def can_send(request: Request) -> bool:
    """Whether the caller may send messages again."""
    caller = caller_of(request)
    return is_allowed(Act.RETRY_DELIVERIES, role=caller.role, scopes=caller.scopes)


def _filters(request: Request) -> dict[str, str]:
    """The filters of the address, empty ones left out."""
    query = request.query_params
    return {name: query[name][:300] for name in _FILTERS if query.get(name)}


def _page(filters: Mapping[str, str], now: datetime, store: Store) -> DeliveryPage:
    """Raise ConfigError for a filter that can't be used."""
    name = filters.get("subscription")

    def instant(option: str) -> datetime | None:
        text = filters.get(option)
        return option_values.parse_instant(text, option, now) if text else None

    query = DeliveryQuery(
        limit=_LISTED,
        state=_member(AlertState, filters, "state"),
        message_type=_member(MessageType, filters, "type"),
        subscription_key=find_subscription(store, name).key if name else None,
        since=instant("since"),
        until=instant("until"),
        after=filters.get("after"),
    )
    return deliveries.delivery_page(store, query, now)


def _member(choices: type[E], filters: Mapping[str, str], option: str) -> E | None:
    text = filters.get(option)
    if not text:
        return None
    try:
        return choices(text)
    except ValueError:
        raise InvalidOption(option, f"{text!r}: one of {', '.join(choices)}") from None


def _next(filters: Mapping[str, str], listed: DeliveryPage) -> dict[str, object]:
    """The addresses of the next page and of the same list for programs."""
    query = article_lists.query_text({**filters, "after": listed.next or ""})
    return {
        "next_address": f"{PATH}{query}" if listed.next else "",
        "formats": {"JSON": f"{PATH}.json{article_lists.query_text(filters)}"},
    }


def _list_parts(filters: Mapping[str, str], store: Store) -> Parts:
    return {
        "filters": dict.fromkeys(_FILTERS, "") | dict(filters),
        "states": tuple(AlertState),
        "types": tuple(MessageType),
        "subscriptions": store.subscriptions.list(),
        "dead": sum(receiver.dead for receiver in store.dashboard.waiting()),
    }


def _delivery_parts(site: SiteContext, store: Store, *, key: str) -> Parts:
    """Raise HTTPException (404)."""
    try:
        shown = deliveries.show_delivery(store, key, site.clock())
    except ConfigError:
        raise HTTPException(404) from None
    sent, why_not = _message(site, store, shown)
    return {
        "shown": shown,
        "sent": sent,
        "why_not": why_not,
        "remedy": _remedy(store, shown),
        "subscription": store.subscriptions.by_key(shown.alert.subscription_key),
    }


def _message(
    site: SiteContext, store: Store, shown: ShownDelivery
) -> tuple[SentMessage | None, str]:
    """The message as it was sent, or why it can't be shown."""
    topic = MessageTopic(name=site.topic, theme_titles=site.theme_titles)
    try:
        sent = message_as_sent(store, shown.alert.key, site.settings, topic, site.clock())
    except ConfigError as error:
        return None, str(error)
    return sent, ""


def _remedy(store: Store, shown: ShownDelivery) -> str:
    """What to do about the last attempt, if it failed."""
    subscription = store.subscriptions.by_key(shown.alert.subscription_key)
    if subscription is None or not shown.attempts or shown.attempts[-1].outcome is Outcome.SENT:
        return ""
    return remedy(shown.attempts[-1].reason, subscription.channel)
