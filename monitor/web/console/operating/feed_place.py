"""Feeds in the console: the list with their hours, one feed, and how to add some."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from functools import partial

from fastapi import APIRouter, HTTPException, Request, Response

from monitor.access.permissions import Act, is_allowed
from monitor.actions.collecting import feed_lists, feeds
from monitor.actions.header_files import header_names
from monitor.actions.option_values import InvalidOption
from monitor.actions.statistics.feed_hours import FeedHours, feed_hours
from monitor.charts.hour_strip import LEGEND
from monitor.domain.errors import ConfigError
from monitor.domain.events.event_types import EventSubject
from monitor.domain.feeds import Feed, FeedState
from monitor.polling import publisher_hints, staleness
from monitor.store.store import Store
from monitor.text.formats import duration_text
from monitor.web.console import article_lists
from monitor.web.console.event_notices import ListNotice
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import Parts, render
from monitor.web.console.frame.zones import zone_of
from monitor.web.console.operating import feed_forms
from monitor.web.site.context import SiteContext

PATH = "/console/feeds"
_NOTICE = ListNotice(
    path=PATH, act=Act.READ_FEEDS, subject=EventSubject.FEED, words=("feed", "feeds")
)
_FEEDS = 50  # of a page
_ENTRIES = 20  # articles of a feed's page


def routes(site: SiteContext) -> APIRouter:
    """The list as a page, as JSON and as OPML; one feed; the forms of operators."""
    place = PlaceRouter(site)

    @place.get(PATH, Act.READ_FEEDS)
    async def page(request: Request, after: str = "") -> Response:
        news = await _NOTICE.address(site)
        try:
            parts = await site.read(partial(_list_parts, site, request, after=after))
        except InvalidOption:
            parts = await site.read(partial(_list_parts, site, request, after=""))
        return render(site, request, "feeds", {**parts, "news": news})

    @place.get(PATH + ".json", Act.READ_FEEDS)
    async def as_json(request: Request) -> Response:
        listed = await site.read(feeds.list_feeds)
        return article_lists.json_response({"items": [feed.as_json() for feed in listed]})

    @place.get(PATH + ".opml", Act.READ_FEEDS)
    async def as_opml(request: Request) -> Response:
        headers = {"content-disposition": 'attachment; filename="feeds.opml"'}
        document = await site.read(feed_lists.export_feeds)
        return Response(document, headers=headers, media_type="text/x-opml")

    _NOTICE.add_to(place, site)

    @place.get(PATH + "/{key}", Act.READ_FEEDS)
    async def feed_page(request: Request, key: str) -> Response:
        try:
            parts = await site.read(partial(_feed_parts, key=key))
        except ConfigError:
            raise HTTPException(404) from None
        return render(site, request, "feed", {**parts, "can_change": can_change(request)})

    feed_forms.add_forms(place, site)
    return place.router


def can_change(request: Request) -> bool:
    """Whether the caller may change feeds."""
    caller = caller_of(request)
    return is_allowed(Act.CHANGE_FEEDS, role=caller.role, scopes=caller.scopes)


def _list_parts(site: SiteContext, request: Request, store: Store, *, after: str) -> Parts:
    hours = feed_hours(store, site.clock(), limit=_FEEDS, after=after or None)
    zone = zone_of(request)
    query = article_lists.query_text({"after": hours.next or ""})
    paused = [] if after else feeds.list_feeds(store, (FeedState.PAUSED,))
    by_key = store.feeds.by_keys(feed.key for feed in hours.feeds)
    return {
        "rows": [
            _row(by_key[shown.key], shown, zone) for shown in hours.feeds if shown.key in by_key
        ],
        "paused": [listed.feed for listed in paused],
        "first_hour": hours.since,
        "strip_legend": LEGEND,
        "can_change": can_change(request),
        "next_address": f"{PATH}{query}" if hours.next else "",
        "formats": {"JSON": f"{PATH}.json", "OPML": f"{PATH}.opml"},
    }


def _row(feed: Feed, hours: FeedHours, zone: tzinfo) -> Mapping[str, object]:
    return {
        "hours": hours,
        "chart": hours.chart(zone),
        "feed": feed,
        "usual_gap": staleness.usual_gap(feed.history),
    }


def _feed_parts(store: Store, *, key: str) -> Parts:
    details = feeds.show_feed(store, key)
    feed = details.feed
    return {
        "feed": feed,
        "hub": details.hub,
        "state": feeds.feed_state(feed),
        "usual_gap": staleness.usual_gap(feed.history),
        "limits": publisher_hints.sentence(feed.poll.hints),
        "entries": store.articles.list(feed=feed.key, limit=_ENTRIES),
        "interval": duration_text(feed.every) if feed.every else "auto",
        "header_names": header_names(feed.headers),
    }
