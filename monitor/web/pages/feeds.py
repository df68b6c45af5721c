"""Feeds of a subscription's flagged articles: `/feeds/TOKEN.atom` and `/feeds/TOKEN.json`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial

from fastapi import APIRouter, Request, Response

from monitor.actions.subscribing.subscription_links import subscription_of_feed_token
from monitor.domain.alerts import Subscription
from monitor.publish import atom_feed, json_feed
from monitor.publish.items import Heading, Item, heading, items
from monitor.publish.selection import select
from monitor.store.store import Store
from monitor.web.site import templating
from monitor.web.site.context import SiteContext

DEFAULT_ITEMS, MAX_ITEMS = 50, 200  # articles in a document; `?n=` asks for more or fewer
FORMATS = {"atom": atom_feed, "json": json_feed}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """The current content of a feed, with its validators."""

    content: bytes
    media_type: str
    etag: str
    updated_at: datetime


def routes(site: SiteContext) -> APIRouter:
    """Atom and JSON Feed."""
    router = APIRouter()

    @router.api_route("/feeds/{name}", methods=["GET", "HEAD"])
    async def feed(name: str, request: Request, n: str = "") -> Response:
        token, extension = token_and_format(name)
        limit = items_asked_for(n)
        document = await site.writing.call(
            partial(_document, site=site, token=token, extension=extension, limit=limit)
        )
        return feed_response(request, document)

    return router


def token_and_format(name: str) -> tuple[str, str]:
    """ "TOKEN.atom" in its two parts.  Raise HTTPException (404) for another format."""
    token, _, extension = name.rpartition(".")
    if extension not in FORMATS:
        raise templating.not_found()
    return token, extension


def items_asked_for(text: str) -> int:
    """The number of articles of a document; the default for what is no number."""
    is_number = text.isascii() and text.isdigit() and len(text) < 5
    return min(int(text), MAX_ITEMS) if is_number else DEFAULT_ITEMS


def _document(
    store: Store, *, site: SiteContext, token: str, extension: str, limit: int
) -> FeedDocument:
    subscription = _subscription(store, token)
    articles = list(select(store.articles.newest_first(flagged=True), subscription, limit))
    entries = items(articles, store.articles.sources(articles), site.theme_titles)
    updated_at = max((item.updated_at for item in entries), default=subscription.created_at)
    about = heading(
        "subscription",
        subscription.key,
        title=f"{subscription.name} · Watchpost",
        subtitle=f"Articles flagged for {site.topic_names}",
        url=f"{site.settings.web.public_url}/feeds/{token}.{extension}",
        since=updated_at,
    )
    return feed_document(about, entries, extension)


def feed_document(about: Heading, entries: Sequence[Item], extension: str) -> FeedDocument:
    """The document of these articles with its validators."""
    content = FORMATS[extension].document(about, entries)
    return FeedDocument(
        content=content,
        media_type=FORMATS[extension].MEDIA_TYPE,
        etag=f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        updated_at=about.updated_at.replace(microsecond=0),
    )


def _subscription(store: Store, token: str) -> Subscription:
    """The subscription whose feed the token opens.  Raise HTTPException (404)."""
    subscription = subscription_of_feed_token(store, token)
    if subscription is None:
        raise templating.not_found()
    return subscription


def feed_response(request: Request, document: FeedDocument) -> Response:
    """The document, or 304 for a client that has it."""
    headers = {
        "etag": document.etag,
        "last-modified": format_datetime(document.updated_at.astimezone(UTC), usegmt=True),
        "cache-control": "private, no-cache",  # cache it, and revalidate before each use
    }
    if_none_match = request.headers.get("if-none-match")
    if_modified_since = request.headers.get("if-modified-since")
    if is_not_modified(document, if_none_match, if_modified_since):
        return Response(status_code=304, headers=headers)
    return Response(document.content, media_type=document.media_type, headers=headers)


def is_not_modified(
    document: FeedDocument, if_none_match: str | None, if_modified_since: str | None
) -> bool:
    """Whether the client has this document: by its ETag if it sent one, else by its date."""
    if if_none_match is not None:
        etags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
        return document.etag in etags or "*" in etags
    if if_modified_since is None:
        return False
    try:
        return document.updated_at <= parsedate_to_datetime(if_modified_since)
    except (ValueError, TypeError):  # an invalid date, or one without a time zone
        return False
