"""Feeds of saved searches: `/feeds/searches/TOKEN.atom` and `/feeds/searches/TOKEN.json`."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, HTTPException, Request, Response

from monitor.actions.reading import saved_searches
from monitor.domain.errors import ConfigError
from monitor.publish.items import heading, items
from monitor.search.question import Sort
from monitor.store.store import Store
from monitor.web.pages.feeds import (
    FeedDocument,
    feed_document,
    feed_response,
    items_asked_for,
    token_and_format,
)
from monitor.web.site import templating
from monitor.web.site.context import SiteContext


def routes(site: SiteContext) -> APIRouter:
    """Atom and JSON Feed of the newest articles that a saved search finds."""
    router = APIRouter()

    @router.api_route("/feeds/searches/{name}", methods=["GET", "HEAD"])
    async def search_feed(name: str, request: Request, n: str = "") -> Response:
        token, extension = token_and_format(name)
        limit = items_asked_for(n)
        document = await site.read(lambda store: _document(site, store, token, extension, limit))
        return feed_response(request, document)

    return router


def _document(
    site: SiteContext, store: Store, token: str, extension: str, limit: int
) -> FeedDocument:
    """Raise HTTPException: 404 for an invalid token, 503 for a question that has no answer now."""
    search = saved_searches.search_of_token(store, token)
    if search is None:
        raise templating.not_found()
    try:
        question = saved_searches.question_of(store, search, site.clock())
        page = store.search.find(replace(question, sort=Sort.NEW), limit=limit)
    except ConfigError as error:
        raise HTTPException(503, str(error)) from None
    articles = list(page.articles)
    entries = items(articles, store.articles.sources(articles), site.theme_titles)
    about = heading(
        "search",
        search.key,
        title=f"{search.name} · Watchpost",
        subtitle=f"Articles that the search finds: {search.question}",
        url=f"{site.settings.web.public_url}/feeds/searches/{token}.{extension}",
        since=max((item.updated_at for item in entries), default=search.created_at),
    )
    return feed_document(about, entries, extension)
