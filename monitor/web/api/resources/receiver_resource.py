"""Receivers of subscriptions: a trial message, a new secret, and schemas of webhook messages."""

from __future__ import annotations

import json
from datetime import timedelta

from pydantic import Field

from monitor.access.permissions import Act
from monitor.actions.as_json import JsonObject, instant
from monitor.actions.managing.own_messages import OF_WEBHOOKS
from monitor.actions.subscribing import subscription_links, subscriptions
from monitor.actions.subscribing.trial_message import send_trial
from monitor.settings import resources
from monitor.store.one_transaction import in_one_transaction
from monitor.store.store import Store
from monitor.web.api.conventions.api_models import ApiModel, NoBody, NoQuery
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.errors_as_problems import found
from monitor.web.api.conventions.operation import Answer, Call, Trait
from monitor.web.api.conventions.paging import whole_list
from monitor.web.api.shapes import subscription_shapes as shapes
from monitor.web.api.shapes.webhook_shapes import WebhookTypeListShape
from monitor.web.site import problems
from monitor.web.site.problems import ProblemError

api = ApiRouter()

_DAY_HOURS, _LONGEST_HOURS = 24, 24 * 30


@api.post(
    "/subscriptions/{key}/test",
    Act.CHANGE_SUBSCRIPTIONS,
    NoBody,
    shapes.TrialAnswerShape,
    Trait.SENDS,
)
async def test_subscription(call: Call[NoQuery, NoBody]) -> Answer:
    """Send one test message now, past the outbox, and tell what the receiver answered."""
    subscription = await call.read(
        lambda store: found(lambda: subscriptions.find_subscription(store, call.key))
    )
    answer = await send_trial(subscription, call.site.settings, call.now)
    return Answer(content=answer.as_json())


class RotationBody(ApiModel):
    """How long the old secret is used beside the new one."""

    secret: str = Field(
        "", max_length=200, description="One that the receiver brings; empty: a new one is made."
    )
    keep_hours: int = Field(
        _DAY_HOURS, ge=0, le=_LONGEST_HOURS, description="Hours in which both sign."
    )


@api.post(
    "/subscriptions/{key}/rotate-secret",
    Act.ROTATE_SECRETS,
    RotationBody,
    shapes.RotatedSecretShape,
    Trait.SHOWN_ONCE,
)
async def rotate_secret(call: Call[NoQuery, RotationBody]) -> Answer:
    """Give a webhook a new signing secret, which is in this answer and in no other."""
    old_until = call.now + timedelta(hours=call.body.keep_hours)

    @in_one_transaction
    def rotate(store: Store) -> JsonObject:
        before = found(lambda: subscriptions.find_subscription(store, call.key))
        rotated = subscriptions.rotate_secret(
            store, before.key, old_until=old_until, now=call.now, secret=call.body.secret
        )
        until = instant(rotated.old_until)
        call.record(store, "rotate secret", before.name, after={"old_until": until})
        return {"secret": rotated.secret, "old_until": until}

    return Answer(content=await call.write(rotate))


class LinksBody(ApiModel):
    """Whether the addresses are made anew."""

    renew: bool = Field(False, description="New addresses of feeds and page; the old ones end.")


@api.post(
    "/subscriptions/{key}/links",
    Act.ROTATE_SECRETS,
    LinksBody,
    shapes.SubscriptionLinksShape,
    Trait.SHOWN_ONCE,
)
async def read_links(call: Call[NoQuery, LinksBody]) -> Answer:
    """The secret addresses: of its feeds, of unsubscribing, and of the page of its receiver."""
    url, renew = call.site.settings.web.public_url, call.body.renew

    @in_one_transaction
    def read(store: Store) -> JsonObject:
        owner = found(lambda: subscriptions.find_subscription(store, call.key))
        shown = subscription_links.links(store, owner.key, public_url=url, renew=renew)
        if renew:
            call.record(store, "renew feed addresses", owner.name)
        return shown.as_json()

    return Answer(content=await call.write(read))


@api.get("/webhooks/types", Act.READ_OWN_ACCOUNT, NoQuery, WebhookTypeListShape)
async def list_webhook_types(call: Call[NoQuery, NoBody]) -> Answer:
    """The types of messages that webhooks get, with the addresses of schema and sample."""
    root = call.request.url.path
    return whole_list(
        [
            {"type": kind, "schema": f"{root}/{kind}/schema", "sample": f"{root}/{kind}/sample"}
            for kind in OF_WEBHOOKS
        ]
    )


@api.get("/webhooks/types/{type}/schema", Act.READ_OWN_ACCOUNT, NoQuery, dict[str, object])
async def read_webhook_schema(call: Call[NoQuery, NoBody]) -> Answer:
    """The JSON Schema of the body of a type of message."""
    return Answer(content=_document(f"{_type(call)}.v1.json"))


@api.get("/webhooks/types/{type}/sample", Act.READ_OWN_ACCOUNT, NoQuery, dict[str, object])
async def read_webhook_sample(call: Call[NoQuery, NoBody]) -> Answer:
    """A body of a type of message, as it is sent."""
    return Answer(content=_document("samples", f"{_type(call)}.json"))


def _type(call: Call[NoQuery, NoBody]) -> str:
    """Raise ProblemError (404) for a type that there is not."""
    name = str(call.request.path_params["type"])
    if name not in OF_WEBHOOKS:
        there_are = ", ".join(OF_WEBHOOKS)
        raise ProblemError(problems.NOT_FOUND, f"There is no such type; there are: {there_are}.")
    return name


def _document(*parts: str) -> JsonObject:
    path = resources.path("docs", "webhooks", *parts)
    content: JsonObject = json.loads(path.read_text(encoding="utf-8"))
    return content
