"""Saved searches: the list with its feeds, forms to save and remove, and to subscribe to one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from fastapi import APIRouter, Request, Response

from monitor.access.permissions import Act, is_allowed
from monitor.actions.reading import saved_searches
from monitor.actions.reading.saved_searches import ListedSearch, SaveRequest, SearchLinks
from monitor.actions.subscribing.search_subscriptions import (
    SearchSubscription,
    subscribe_to_search,
)
from monitor.domain.alerts import Subscription
from monitor.domain.errors import ConfigError, FetchError
from monitor.store.store import Store
from monitor.web.console import article_lists
from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.forms import read_form
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import Parts, render, see_other
from monitor.web.console.frame.zones import zone_of
from monitor.web.site.context import SiteContext

PATH = "/console/searches"


def routes(site: SiteContext) -> APIRouter:
    """The list as a page and as JSON, and its forms."""
    place = PlaceRouter(site)

    @place.get(PATH, Act.READ_ARTICLES)
    async def page(request: Request) -> Response:
        return await _page(site, request)

    @place.get(PATH + ".json", Act.READ_ARTICLES)
    async def as_json(request: Request) -> Response:
        listed = await site.read(partial(saved_searches.list_searches, now=site.clock()))
        return article_lists.json_response({"items": [search.as_json() for search in listed]})

    _add_forms(place, site)
    _add_subscribing(place, site)
    return place.router


async def _page(site: SiteContext, request: Request, new: Subscription | None = None) -> Response:
    """The list; `new`: the subscription that was just made, with its secret."""
    parts = await site.read(lambda store: _parts(site, request, store))
    caller = caller_of(request)
    allowed = partial(is_allowed, role=caller.role, scopes=caller.scopes)
    choices = {
        "can_save": allowed(Act.SAVE_SEARCHES),
        "can_subscribe": allowed(Act.CHANGE_SUBSCRIPTIONS),
        "new": new,
    }
    return render(site, request, "searches", {**parts, **choices})


def _parts(site: SiteContext, request: Request, store: Store) -> Parts:
    base = site.settings.web.public_url or str(request.base_url).rstrip("/")
    rows: list[tuple[ListedSearch, SearchLinks]] = [
        (listed, saved_searches.search_links(store, listed.search, base))
        for listed in saved_searches.list_searches(store, site.clock())
    ]
    return {"searches": rows, "formats": {"JSON": PATH + ".json"}}


def _add_forms(place: PlaceRouter, site: SiteContext) -> None:
    @place.post(PATH, Act.SAVE_SEARCHES)
    async def save(request: Request) -> Response:
        form, caller, now = await read_form(request), caller_of(request), site.clock()
        search = SaveRequest(
            name=form.text("name"), question=form.text("q"), zone=str(zone_of(request))
        )
        done = f"Saved: {search.name}."
        return await _changed(
            site, lambda store: saved_searches.save_search(store, search, caller, now), done
        )

    @place.post(PATH + "/remove", Act.SAVE_SEARCHES)
    async def remove(request: Request) -> Response:
        form, caller, now = await read_form(request), caller_of(request), site.clock()
        name = form.text("name")
        done = f"{name} is removed, and its feeds ended.  Subscriptions made from it stay."
        return await _changed(
            site, lambda store: saved_searches.remove_search(store, name, caller, now), done
        )

    @place.post(PATH + "/renew", Act.SAVE_SEARCHES)
    async def renew(request: Request) -> Response:
        form, caller, now = await read_form(request), caller_of(request), site.clock()
        name = form.text("name")
        done = f"The feeds of {name} have new addresses; the old ones ended."
        return await _changed(
            site, lambda store: saved_searches.renew_links(store, name, caller, now), done
        )


def _add_subscribing(place: PlaceRouter, site: SiteContext) -> None:
    @place.post(PATH + "/subscribe", Act.CHANGE_SUBSCRIPTIONS)
    async def subscribe(request: Request) -> Response:
        form, caller, now = await read_form(request), caller_of(request), site.clock()
        new_subscription = SearchSubscription(
            search=form.text("search"), address=form.text("address"), name=form.text("name")
        )
        allow = site.settings.egress.allow
        try:
            subscription = await site.write(
                lambda store: subscribe_to_search(store, new_subscription, allow, caller, now)
            )
        except (ConfigError, FetchError) as error:
            return see_other(PATH, Flash(text=str(error), is_fault=True))
        if subscription.signing_secret:  # in this answer alone
            return await _page(site, request, subscription)
        done = f"{subscription.name} is sent to {subscription.address} from now on."
        return see_other(PATH, Flash(text=done))


async def _changed(site: SiteContext, command: Callable[[Store], object], done: str) -> Response:
    try:
        await site.write(command)
    except ConfigError as error:
        return see_other(PATH, Flash(text=str(error), is_fault=True))
    return see_other(PATH, Flash(text=done))
