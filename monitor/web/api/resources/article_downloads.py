"""Downloads of articles: everything that a question finds, as CSV, JSON Lines, JSON or Atom.

A table of any length is read and sent a page at a time, each in a short transaction.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial

from fastapi import Response
from pydantic import Field
from starlette.responses import StreamingResponse

from monitor.access.permissions import Act
from monitor.actions.reading.searches import (
    SearchRequest,
    SearchResult,
    cursor_after,
    search_articles,
)
from monitor.domain.contents.exported_article import ExportedArticle
from monitor.publish import atom_feed, csv_jsonl
from monitor.publish.items import heading, items
from monitor.web.api.conventions.api_models import ApiModel, NoBody
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.operation import Call
from monitor.web.api.resources.search_resource import LONGEST_QUESTION
from monitor.web.api.shapes.article_shapes import ArticleDocumentShape
from monitor.web.site.connection_limits import extend_deadline

api = ApiRouter()

_PAGE = 500
# From a page and whether it is the first one to the text that is sent of it.
PageText = Callable[[SearchResult, bool], str | bytes]


class DownloadQuery(ApiModel):
    """Which articles."""

    q: str = Field(
        "", max_length=LONGEST_QUESTION, description="In the grammar of search; empty: all."
    )
    resume: str = Field(
        "",
        max_length=64,
        description="The key of the last article that was received whole: go on after it.",
    )


@api.download("/articles.csv", Act.EXPORT_ARTICLES, DownloadQuery, "text/csv")
async def export_csv(call: Call[DownloadQuery, NoBody]) -> Response:
    """Everything that a question finds as a table; no spreadsheet runs a cell as a formula."""

    def text(page: SearchResult, is_first: bool) -> str:
        lines = list(csv_jsonl.csv_lines(_exported(page), page.feed_titles))
        has_headings = is_first and not call.query.resume
        return "".join(lines if has_headings else lines[1:])

    return await _streamed(call, text, "text/csv", "articles.csv")


@api.download("/articles.jsonl", Act.EXPORT_ARTICLES, DownloadQuery, "application/jsonl")
async def export_jsonl(call: Call[DownloadQuery, NoBody]) -> Response:
    """Everything that a question finds as JSON Lines: one object a line."""

    def text(page: SearchResult, is_first: bool) -> bytes:
        return b"".join(csv_jsonl.json_lines(_exported(page), page.feed_titles))

    return await _streamed(call, text, "application/jsonl", "articles.jsonl")


@api.download(
    "/articles.json",
    Act.EXPORT_ARTICLES,
    DownloadQuery,
    "application/json",
    ArticleDocumentShape,
)
async def export_json(call: Call[DownloadQuery, NoBody]) -> Response:
    """Everything that a question finds as one JSON object with `items`."""

    def text(page: SearchResult, is_first: bool) -> str:
        parts = [json.dumps(listed.as_json(), ensure_ascii=False) for listed in page.articles]
        joint = ",\n".join(parts)
        start = '{"items": [\n' if is_first else ",\n" if joint else ""
        return f"{start}{joint}" + ("" if page.next else "\n]}\n")

    return await _streamed(call, text, "application/json", "articles.json")


@api.download("/articles.atom", Act.READ_ARTICLES, DownloadQuery, atom_feed.MEDIA_TYPE)
async def read_atom(call: Call[DownloadQuery, NoBody]) -> Response:
    """A page of 100 articles that a question finds, as an Atom feed with a link to the next page.

    The pages are those of RFC 5005.
    """
    request = await _request(call, atom_feed.PAGE)
    page = await call.read(partial(search_articles, request=request, now=call.now))
    sources = {listed.article.key: listed.sources for listed in page.articles}
    articles = [listed.article for listed in page.articles]
    entries = items(articles, sources, call.site.theme_titles)
    about = heading(
        "search",
        call.query.q,
        title=f"Search: {call.query.q}"[:200] + " · Watchpost",
        subtitle=f"Articles of {call.site.topic_names}",
        url=str(call.request.url),
        since=max((item.updated_at for item in entries), default=call.now),
    )
    about = replace(about, next_url=_next_url(call, page))
    return Response(atom_feed.document(about, entries), media_type=atom_feed.MEDIA_TYPE)


def _exported(page: SearchResult) -> list[ExportedArticle]:
    return [ExportedArticle.of(listed.article) for listed in page.articles]


def _next_url(call: Call[DownloadQuery, NoBody], page: SearchResult) -> str | None:
    """The address of the articles after the last one of this page."""
    if page.next is None:
        return None
    return str(call.request.url.include_query_params(resume=page.articles[-1].article.key))


async def _request(call: Call[DownloadQuery, NoBody], limit: int) -> SearchRequest:
    """The first page that is wanted.  Raise ConfigError when its beginning is gone."""
    query = call.query
    after = None
    if query.resume:
        after = await call.read(lambda store: cursor_after(store, query.q, query.resume))
    return SearchRequest(question=query.q, limit=limit, after=after, with_total=False)


async def _streamed(
    call: Call[DownloadQuery, NoBody], text: PageText, media_type: str, name: str
) -> Response:
    """The first page is read at once, so that a wrong question is a problem and no broken file."""
    request = await _request(call, _PAGE)
    first = await call.read(partial(search_articles, request=request, now=call.now))
    return StreamingResponse(
        _pages(call, request, first, text),
        headers={"content-disposition": f'attachment; filename="{name}"'},
        media_type=media_type,
    )


async def _pages(
    call: Call[DownloadQuery, NoBody], request: SearchRequest, first: SearchResult, text: PageText
) -> AsyncIterator[str | bytes]:
    page = first
    yield text(page, True)
    while page.next is not None:
        extend_deadline(call.request.scope)
        following = replace(request, after=page.next, is_patient=True)
        page = await call.read(partial(search_articles, request=following, now=call.now))
        yield text(page, False)
