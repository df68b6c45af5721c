"""Feeds to come: found behind an address, tried, imported and exported as a list (OPML)."""

from __future__ import annotations

from fastapi import Response
from pydantic import Field

from monitor.access.permissions import Act
from monitor.actions.as_json import JsonObject
from monitor.actions.collecting import feed_lists, feeds
from monitor.actions.collecting.feed_check import check_feeds
from monitor.actions.collecting.feed_discovery import discover_feed
from monitor.actions.collecting.feed_logins import split_login
from monitor.store.one_transaction import in_one_transaction
from monitor.store.store import Store
from monitor.web.api.conventions.api_models import ApiModel, Flag, NoBody, NoQuery
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.errors_as_problems import found
from monitor.web.api.conventions.operation import Answer, Call
from monitor.web.api.shapes import feed_shapes as shapes

api = ApiRouter()

OPML = "text/x-opml"


class AddressBody(ApiModel):
    """An address of a feed or a page."""

    url: str = Field(min_length=1, max_length=2_000)


@api.post("/feeds/discover", Act.CHANGE_FEEDS, AddressBody, shapes.DiscoveredFeedShape)
async def find_feed_of_page(call: Call[NoQuery, AddressBody]) -> Answer:
    """The feed to poll for an address: itself, or the one that the page there names."""
    settings = call.site.settings
    url, login = split_login(call.body.url)
    checked = feeds.check_feed_url(url, settings.egress.allow)
    address = await discover_feed(checked, settings, call.now, login)
    return Answer(content={"url": address.url, "remark": address.remark})


@api.post("/feeds/{key}/check", Act.CHANGE_FEEDS, NoBody, shapes.FeedCheckShape)
async def check_feed(call: Call[NoQuery, NoBody]) -> Answer:
    """Fetch a feed now and tell what it answers; nothing is stored."""
    feed = await call.read(lambda store: found(lambda: feeds.find_feed(store, call.key)))
    [check] = await check_feeds([feed], call.site.settings)
    return Answer(content=check.as_json())


class ImportQuery(ApiModel):
    """How to import."""

    dry_run: Flag = Field(False, description="Tell what would be added, and add nothing.")


@api.upload("/feeds/import", Act.CHANGE_FEEDS, ImportQuery, shapes.ImportedListShape, OPML)
async def import_feeds(call: Call[ImportQuery, NoBody]) -> Answer:
    """Add the feeds of a list (OPML); those that are stored stay as they are."""
    allow = call.site.settings.egress.allow

    @in_one_transaction
    def add(store: Store) -> JsonObject:
        imported = feed_lists.import_feed_list(
            store, call.content, allow, call.now, dry_run=call.query.dry_run
        )
        if imported.added and not call.query.dry_run:
            call.record(store, "import feeds", "a list", after={"added": imported.added})
        return imported.as_json()

    return Answer(content=await call.write(add))


@api.download("/feeds.opml", Act.READ_FEEDS, NoQuery, OPML)
async def export_feeds(call: Call[NoQuery, NoBody]) -> Response:
    """Every feed as an OPML document; passwords are not in it."""
    document = await call.read(feed_lists.export_feeds)
    headers = {"content-disposition": 'attachment; filename="feeds.opml"'}
    return Response(document, headers=headers, media_type=OPML)
