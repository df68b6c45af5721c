"""Subscriptions in the console: the list with states, criteria, schedules; routes of the place."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from monitor.access.permissions import Act
from monitor.actions import silences
from monitor.actions.subscribing import subscriptions
from monitor.actions.subscribing.alert_history import LAST_DAYS
from monitor.actions.subscribing.criteria_question import criteria_question
from monitor.actions.subscribing.delivery_schedules import next_message
from monitor.actions.subscribing.subscriptions import SubscriptionStatus
from monitor.deliver.messages import phrases
from monitor.deliver.messages.schedule_text import schedule_phrase
from monitor.store.store import Store
from monitor.web.console import article_lists
from monitor.web.console.frame.place_router import PlaceRouter
from monitor.web.console.frame.rendering import Parts, render
from monitor.web.console.operating import subscription_forms, subscription_pages
from monitor.web.console.operating.subscription_fields import new_fields
from monitor.web.site.context import SiteContext

PATH = "/console/subscriptions"


def routes(site: SiteContext) -> APIRouter:
    """The list as a page and as JSON; one subscription; the forms of operators."""
    place = PlaceRouter(site)

    @place.get(PATH, Act.READ_SUBSCRIPTIONS)
    async def page(request: Request) -> Response:
        return render(site, request, "subscriptions", await site.read(partial(_list_parts, site)))

    @place.get(PATH + ".json", Act.READ_SUBSCRIPTIONS)
    async def as_json(request: Request) -> Response:
        listed = await site.read(subscriptions.list_subscriptions)
        return article_lists.json_response({"items": [status.as_json() for status in listed]})

    @place.get(PATH + "/new", Act.CHANGE_SUBSCRIPTIONS)
    async def new(request: Request) -> Response:
        return subscription_pages.new_page(site, request, new_fields())

    @place.get(PATH + "/{key}", Act.READ_SUBSCRIPTIONS)
    async def one(request: Request, key: str, since: str = LAST_DAYS) -> Response:
        return await subscription_pages.subscription_page(site, request, key, since=since)

    subscription_forms.add_forms(place, site)
    return place.router


def _list_parts(site: SiteContext, store: Store) -> Parts:
    listed = subscriptions.list_subscriptions(store)
    return {
        "rows": [_row(site, status) for status in listed],
        "silences": silences.list_silences(store, site.clock(), include_ended=False),
        "formats": {"JSON": PATH + ".json"},
    }


def _row(site: SiteContext, status: SubscriptionStatus) -> Parts:
    subscription = status.subscription
    return {
        "subscription": subscription,
        "criteria": phrases.criteria(subscription, site.theme_titles),
        "question": criteria_question(subscription),
        "schedule": schedule_phrase(subscription.cadence),
        "next": next_message(subscription, status.outlook, site.clock()),
        "last_accepted_at": status.last_accepted_at,
    }
