"""`/feeds/TOKEN.atom` and `.json`: a subscription's flagged articles, for any feed reader."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from fastapi import APIRouter, Request, Response

from monitor.actions.subscribing.subscription_links import subscription_of_feed_token
from monitor.domain.alerts import Subscription
from monitor.publish import atom_feed, json_feed
from monitor.publish.items import heading, items
from monitor.publish.selection import wanted
from monitor.web.site import templating
from monitor.web.site.context import SiteContext

USUAL, MOST = 50, 200  # articles in a document; `?n=` asks for more or fewer
_FORMS = {"atom": atom_feed, "json": json_feed}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A feed as it is now."""

    content: bytes
    media_type: str
    etag: str
    updated_at: datetime


def routes(office: SiteContext) -> APIRouter:
    """Both forms."""
    router = APIRouter()

    @router.api_route("/feeds/{name}", methods=["GET", "HEAD"])
    async def feed(name: str, request: Request, n: str = "") -> Response:
        token, _, form = name.rpartition(".")
        if form not in _FORMS:
            raise templating.not_found()
        most = min(int(n), MOST) if n.isascii() and n.isdigit() and len(n) < 5 else USUAL
        document = await office.run_in_store(lambda: _document(office, token, form, most))
        return _answer(request, document)

    return router


def _document(office: SiteContext, token: str, form: str, most: int) -> FeedDocument:
    subscription = _subscription(office, token)
    found = list(wanted(office.store.articles.flagged_newest_first(), subscription, most))
    written = items(found, office.store.articles.sources(found), office.theme_titles)
    updated_at = max((item.updated_at for item in written), default=subscription.created_at)
    about = heading(
        "subscription",
        subscription.key,
        title=f"{subscription.name} · Watchpost",
        subtitle=f"Articles flagged for {office.topic}",
        url=f"{office.settings.web.public_url}/feeds/{token}.{form}",
        since=updated_at,
    )
    content = _FORMS[form].write(about, written)
    return FeedDocument(
        content=content,
        media_type=_FORMS[form].MEDIA_TYPE,
        etag=f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        updated_at=updated_at.replace(microsecond=0),
    )


def _subscription(office: SiteContext, token: str) -> Subscription:
    """The subscription whose feed the token opens.  Raise HTTPException (404)."""
    subscription = subscription_of_feed_token(office.store, token)
    if subscription is None:
        raise templating.not_found()
    return subscription


def _answer(request: Request, document: FeedDocument) -> Response:
    headers = {
        "etag": document.etag,
        "last-modified": format_datetime(document.updated_at.astimezone(UTC), usegmt=True),
        "cache-control": "private, no-cache",  # keep it, and ask before it is shown again
    }
    asked = request.headers
    if is_known(document, asked.get("if-none-match"), asked.get("if-modified-since")):
        return Response(status_code=304, headers=headers)
    return Response(document.content, media_type=document.media_type, headers=headers)


def is_known(
    document: FeedDocument, if_none_match: str | None, if_modified_since: str | None
) -> bool:
    """Does the reader have this very document?  The digest, where it is sent, decides alone."""
    if if_none_match is not None:
        known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
        return document.etag in known or "*" in known
    if if_modified_since is None:
        return False
    try:
        return document.updated_at <= parsedate_to_datetime(if_modified_since)
    except (ValueError, TypeError):  # no date, or one without a zone
        return False
