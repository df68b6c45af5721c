"""Pages of subscriptions in the console: one with what it would have been told, and a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from fastapi import HTTPException, Request, Response

from monitor.actions import option_values
from monitor.actions.deliveries import DeliveryQuery, delivery_page
from monitor.actions.header_files import header_names
from monitor.actions.subscribing import subscriptions
from monitor.actions.subscribing.alert_history import LAST_DAYS, MOST_LISTED
from monitor.actions.subscribing.criteria_question import criteria_question
from monitor.actions.subscribing.delivery_schedules import next_message
from monitor.actions.subscribing.schedule_picture import schedule_picture
from monitor.actions.subscribing.subscription_preview import preview_subscription
from monitor.actions.subscribing.subscriptions import SubscriptionDetails
from monitor.deliver.messages import phrases
from monitor.deliver.messages.schedule_text import WEEKDAYS
from monitor.domain.alerts import About, ChannelKind, Subscription
from monitor.domain.delivery_schedule import Frequency
from monitor.domain.errors import ConfigError
from monitor.domain.stories import Repeat
from monitor.domain.tiers import WantedTier
from monitor.store.store import Store
from monitor.text import local_time
from monitor.web.console.frame.rendering import Parts, render
from monitor.web.console.operating.subscription_fields import (
    SubscriptionFields,
    stored_fields,
)
from monitor.web.site.context import SiteContext

_NEWEST = 10  # messages of a subscription's page


def choices() -> Parts:
    """What the lists of the form offer."""
    return {
        "abouts": tuple(About),
        "frequencies": tuple(Frequency),
        "weekdays": WEEKDAYS,
        "repeats": tuple(Repeat),
        "tiers": tuple(WantedTier),
        "channels": tuple(ChannelKind),
        "zones": local_time.zones(),
    }


def new_page(
    site: SiteContext,
    request: Request,
    fields: SubscriptionFields,
    *,
    channel: str = ChannelKind.EMAIL,
    fault: str = "",
) -> Response:
    """The form of a new subscription; with a fault what was typed is in it."""
    parts = {**choices(), "fields": fields, "channel": channel, "fault": fault}
    status = 400 if fault else 200
    return render(site, request, "subscription_new", parts, status=status)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsavedEdit:
    """What was typed: tried on the past, or refused with a fault."""

    fields: SubscriptionFields
    draft: Subscription | None = None  # None: it can't be tried
    fault: str = ""


async def subscription_page(
    site: SiteContext,
    request: Request,
    key: str,
    *,
    since: str = LAST_DAYS,
    unsaved: UnsavedEdit | None = None,
) -> Response:
    """The page of one subscription, or of a draft of it with what was typed.

    Raise HTTPException (404), or InvalidOption for a wrong span.
    """
    first = option_values.parse_instant(since, "since", site.clock())
    details = await site.read(partial(_details, site, key=key))
    draft = unsaved.draft if unsaved else None
    parts = await site.read(
        lambda store: _page_parts(site, store, details, first, draft or details.subscription)
    )
    fault = unsaved.fault if unsaved else ""
    more = {
        "fields": unsaved.fields if unsaved else stored_fields(details.subscription),
        "fault": fault,
        "is_draft": draft is not None,
    }
    status = 400 if fault else 200
    return render(site, request, "subscription", {**choices(), **parts, **more}, status=status)


def _details(site: SiteContext, store: Store, *, key: str) -> SubscriptionDetails:
    try:
        return subscriptions.show_subscription(store, key, site.clock())
    except ConfigError:
        raise HTTPException(404) from None


def _page_parts(
    site: SiteContext,
    store: Store,
    details: SubscriptionDetails,
    since: datetime,
    shown: Subscription,
) -> Parts:
    now, subscription = site.clock(), details.subscription
    query = DeliveryQuery(limit=_NEWEST, subscription_key=subscription.key, include_attempts=False)
    return {
        "subscription": subscription,
        "details": details,
        "criteria": phrases.criteria(subscription, site.theme_titles),
        "question": criteria_question(subscription),
        "picture": schedule_picture(shown.cadence),
        "next": next_message(subscription, details.outlook, now),
        "preview": preview_subscription(store, shown, since, now),
        "most_listed": MOST_LISTED,
        "header_names": header_names(subscription.headers),
        "messages": delivery_page(store, query, now).deliveries,
    }
