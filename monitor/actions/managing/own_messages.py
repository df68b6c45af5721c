"""Messages of a receiver's own subscription: the newest, a replay, and what its programs need."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions import option_values
from monitor.actions.deliveries import (
    DeliveryQuery,
    ListedDelivery,
    ReplayRequest,
    ReplayResult,
    delivery_page,
    replay_deliveries,
)
from monitor.domain.alerts import AlertState, Subscription
from monitor.domain.messages import MessageType
from monitor.settings import resources

if TYPE_CHECKING:
    from monitor.store.repositories.digests import Outlook
    from monitor.store.store import Store

NEWEST = 20  # messages of the page
# A confirmation is a mail to somebody who signs up; webhooks get the others.
OF_WEBHOOKS = tuple(kind for kind in MessageType if kind is not MessageType.CONFIRM)
_CODES = {
    "Python": "verify.py",
    "JavaScript": "verify.mjs",
    "Go": "verify.go",
    "Shell": "verify.sh",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMessages:
    """The newest messages with their attempts, and how many there are in each state."""

    subscription: Subscription | None  # as it is now
    outlook: Outlook
    messages: tuple[ListedDelivery, ...]
    counts: Mapping[AlertState, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookType:
    """A type of message with its schema and a sample, as texts."""

    type: MessageType
    schema: str
    sample: str


def own_messages(store: Store, key: str, now: datetime) -> OwnMessages:
    """What the page of a receiver shows of its messages."""
    query = DeliveryQuery(limit=NEWEST, subscription_key=key)
    return OwnMessages(
        subscription=store.subscriptions.by_key(key),
        outlook=store.digests.outlook()[key],
        messages=delivery_page(store, query, now).deliveries,
        counts=store.outbox.counts(subscription=key),
    )


def replay_own(
    store: Store, subscription: Subscription, span: str, now: datetime, *, dry_run: bool
) -> ReplayResult:
    """Send the messages of a span such as "1d" again.  Raise InvalidOption for too many."""
    since = option_values.parse_instant(span, "since", now)
    request = ReplayRequest(subscription=subscription, since=since, until=now, dry_run=dry_run)
    return replay_deliveries(store, request, now)


def webhook_types() -> list[WebhookType]:
    """Every type that webhooks get."""
    return [
        WebhookType(
            type=kind,
            schema=_document(f"{kind}.v1.json"),
            sample=_document("samples", f"{kind}.json"),
        )
        for kind in OF_WEBHOOKS
    ]


def _document(*parts: str) -> str:
    text = resources.path("docs", "webhooks", *parts).read_text(encoding="utf-8")
    return json.dumps(json.loads(text), indent=1, ensure_ascii=False)


def verifying_codes() -> dict[str, str]:
    """Code that checks the signature of a call, by the name of its language."""
    return {
        name: resources.path("docs", "webhooks", "verify", file).read_text(encoding="utf-8")
        for name, file in _CODES.items()
    }
