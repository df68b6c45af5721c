"""Subscriptions to saved searches, made in one step: by mail or webhook, the question as filter."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.access.caller import Caller
from monitor.access.permissions import Act
from monitor.actions.access import audit_log
from monitor.actions.access.audit_log import Changed
from monitor.actions.reading.saved_searches import find_search
from monitor.actions.subscribing.destinations import parse_destination
from monitor.actions.subscribing.filters import parse_filter
from monitor.actions.subscribing.subscriptions import NewSubscription, subscribe
from monitor.domain.alerts import ChannelKind, Subscription
from monitor.store.one_transaction import in_one_transaction

if TYPE_CHECKING:
    from monitor.settings.values import Network
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSubscription:
    """Who is alerted about what a saved search finds."""

    search: str  # its name
    address: str  # a mail address, or the URL of a webhook
    name: str = ""  # of the subscription; empty: that of the search


@in_one_transaction
def subscribe_to_search(
    store: Store,
    request: SearchSubscription,
    allow: Collection[Network],
    caller: Caller,
    now: datetime,
) -> Subscription:
    """Store a subscription whose filter is the question of the saved search, as it is now.

    `allow` holds the private address ranges that the operator opened.  Raise ConfigError for an
    address that can't be used, a name that is taken, and for a question that can't be decided
    when an article arrives.
    """
    search = find_search(store, request.search)
    kind = ChannelKind.WEBHOOK if "://" in request.address else ChannelKind.EMAIL
    question = parse_filter(store, f'saved:"{search.name}"', now)
    new = NewSubscription(
        name=request.name or search.name,
        destination=parse_destination(kind, request.address, allow),
        filter=question,
    )
    subscription = subscribe(store, new, now)
    after = {"channel": kind.value, "filter": question.text if question else None}
    target = subscription.name
    audit_log.record(store, caller, Act.CHANGE_SUBSCRIPTIONS, target, now, Changed(after=after))
    return subscription
