"""Deliveries: messages with their attempts; one is sent again, or all of a span of time."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from monitor.access.permissions import Act
from monitor.actions import deliveries, option_values
from monitor.actions.as_json import JsonObject, instant
from monitor.actions.deliveries import DeliveryQuery, ReplayRequest
from monitor.actions.sent_messages import MessageTopic, message_as_sent
from monitor.actions.subscribing.subscriptions import find_subscription
from monitor.actions.subscribing.trial_message import sent_message_fields
from monitor.domain.alerts import AlertState
from monitor.domain.errors import ConfigError
from monitor.domain.messages import MessageType
from monitor.store.one_transaction import in_one_transaction
from monitor.store.store import Store
from monitor.web.api.conventions.api_models import ApiModel, NoBody, NoQuery, PageQuery
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.errors_as_problems import found
from monitor.web.api.conventions.operation import Answer, Call
from monitor.web.api.conventions.paging import page_answer
from monitor.web.api.shapes import subscription_shapes as shapes
from monitor.web.site import problems
from monitor.web.site.problems import ProblemError

api = ApiRouter()

_TIME = "A time ago, such as `2d`, or a date or time (UTC if it has no zone)."


class DeliveriesQuery(PageQuery):
    """Which messages."""

    state: AlertState | None = None
    subscription: str = Field("", max_length=300, description="Its key or name.")
    type: MessageType | None = None
    since: str = Field("", max_length=40, description=f"Made since. {_TIME}")
    until: str = Field("", max_length=40, description=f"Made before. {_TIME}")


@api.get("/deliveries", Act.READ_DELIVERIES, DeliveriesQuery, shapes.DeliveryPageShape)
async def list_all_deliveries(call: Call[DeliveriesQuery, NoBody]) -> Answer:
    """Messages to all receivers, the newest first, with every attempt."""
    query = call.query
    since = _instant(query.since, "since", call.now)
    until = _instant(query.until, "until", call.now)

    def read(store: Store) -> deliveries.DeliveryPage:
        name = query.subscription
        request = DeliveryQuery(
            limit=query.limit,
            state=query.state,
            subscription_key=find_subscription(store, name).key if name else None,
            message_type=query.type,
            since=since,
            until=until,
            after=query.after or None,
        )
        return deliveries.delivery_page(store, request, call.now)

    page = await call.read(read)
    items = [delivery.as_json() for delivery in page.deliveries]
    return page_answer(call.request, items, page.next)


@api.get("/deliveries/{key}", Act.READ_DELIVERIES, NoQuery, shapes.DeliveryDetailShape)
async def read_delivery(call: Call[NoQuery, NoBody]) -> Answer:
    """One message with its content and every attempt."""
    return Answer(content=await call.read(lambda store: _delivery(call, store)))


@api.get("/deliveries/{key}/message", Act.READ_DELIVERIES, NoQuery, shapes.SentMessageShape)
async def read_sent_message(call: Call[NoQuery, NoBody]) -> Answer:
    """The message as it was sent last, or would be sent now, with headers; secrets are hidden."""
    site = call.site

    def read(store: Store) -> JsonObject:
        key = str(_delivery(call, store)["key"])
        topic = MessageTopic(name=site.topic, theme_titles=site.theme_titles)
        try:
            sent = message_as_sent(store, key, site.settings, topic, call.now)
        except ConfigError as error:
            raise ProblemError(problems.CONFLICT, str(error)) from None
        return sent_message_fields(sent)

    return Answer(content=await call.read(read))


@api.post("/deliveries/{key}/retry", Act.RETRY_DELIVERIES, NoBody, shapes.DeliveryDetailShape)
async def retry_one_delivery(call: Call[NoQuery, NoBody]) -> Answer:
    """Make one message due now that waits or was given up; it is sent under the same key."""

    @in_one_transaction
    def retry(store: Store) -> JsonObject:
        key = str(_delivery(call, store)["key"])
        try:
            deliveries.retry_delivery(store, key, call.now)
        except ConfigError as error:
            raise ProblemError(problems.CONFLICT, str(error)) from None
        call.record(store, "send again", key)
        return _delivery(call, store)

    return Answer(content=await call.write(retry))


class RetryAllBody(ApiModel):
    """Of which subscription; null: of all."""

    subscription: str | None = Field(None, max_length=300, description="Its key or name.")


@api.post("/deliveries/retry", Act.RETRY_DELIVERIES, RetryAllBody, shapes.RetriedShape)
async def retry_dead_letters(call: Call[NoQuery, RetryAllBody]) -> Answer:
    """Make every message due now that was given up."""
    name = call.body.subscription

    @in_one_transaction
    def retry(store: Store) -> int:
        key = find_subscription(store, name).key if name else None
        count = deliveries.retry_dead_deliveries(store, call.now, subscription_key=key)
        target = name or "all undelivered alerts"
        call.record(store, "send again", target, after={"alerts": count})
        return count

    return Answer(content={"due_now": await call.write(retry)})


class ReplayBody(ApiModel):
    """What to send again: everything that ended in a span of time."""

    subscription: str = Field(min_length=1, max_length=300, description="Its key or name.")
    since: str = Field(min_length=1, max_length=40, description=_TIME)
    until: str | None = Field(None, max_length=40, description=f"By default now. {_TIME}")
    dry_run: bool = Field(False, description="Count only.")


@api.post("/deliveries/replay", Act.RETRY_DELIVERIES, ReplayBody, shapes.ReplayShape)
async def replay_span(call: Call[NoQuery, ReplayBody]) -> Answer:
    """Send again, under the same keys, what one receiver was sent or could not be sent."""
    body = call.body
    since = option_values.parse_instant(body.since, "since", call.now)
    until = _instant(body.until or "", "until", call.now) or call.now

    @in_one_transaction
    def replay(store: Store) -> JsonObject:
        request = ReplayRequest(
            subscription=find_subscription(store, body.subscription),
            since=since,
            until=until,
            dry_run=body.dry_run,
        )
        result = deliveries.replay_deliveries(store, request, call.now)
        if not body.dry_run:
            span = {"since": instant(since), "until": instant(until), "alerts": result.due_now}
            call.record(store, "send again", request.subscription.name, after=span)
        return result.as_json()

    return Answer(content=await call.write(replay))


def _delivery(call: Call[NoQuery, NoBody], store: Store) -> JsonObject:
    return found(lambda: deliveries.show_delivery(store, call.key, call.now)).as_json()


def _instant(text: str, option: str, now: datetime) -> datetime | None:
    """None for an empty text.  Raise InvalidOption."""
    return option_values.parse_instant(text, option, now) if text else None
