"""Lists of articles for programs: JSON, CSV and Atom at addresses beside the page."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fastapi import Request, Response
from starlette.responses import StreamingResponse

from monitor.actions.as_json import JsonObject
from monitor.actions.reading.articles import ListedArticle
from monitor.domain.contents.exported_article import ExportedArticle
from monitor.publish import atom_feed, csv_jsonl
from monitor.publish.items import Item, heading, items
from monitor.web.site.connection_limits import extend_deadline
from monitor.web.site.context import SiteContext

PAGE_OF_DOWNLOAD = 50  # articles; other pages have their turn in between


def formats(path: str, parameters: Mapping[str, str]) -> dict[str, str]:
    """From "JSON", "CSV" and "Atom" to the address of this list in that format."""
    query = query_text(parameters)
    return {name: f"{path}.{name.lower()}{query}" for name in ("JSON", "CSV", "Atom")}


def query_text(parameters: Mapping[str, str]) -> str:
    """The query of an address, empty values left out: "?q=theme%3Aarms"; "" when there is none."""
    present = {name: value for name, value in parameters.items() if value}
    return f"?{urlencode(present)}" if present else ""


def json_response(content: JsonObject) -> Response:
    """The list as JSON, as commands with `--json` print it."""
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    return Response(text, media_type="application/json")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A page of a list, and the cursor of the next one; None: there is none."""

    articles: Sequence[ListedArticle]
    next: str | None


# From the cursor of the page before, empty for the first page, to the page.
ReadPage = Callable[[str], Awaitable[ListPage]]


async def csv_response(request: Request, read_page: ReadPage) -> StreamingResponse:
    """A row for each article of the whole list, as `monitor export --format csv` writes it.

    Read and sent a page at a time; the first is read at once, so that a wrong question is a page
    that says so and no broken file.
    """
    first = await read_page("")
    return StreamingResponse(
        _csv_pages(request, first, read_page),
        headers={"content-disposition": 'attachment; filename="articles.csv"'},
        media_type="text/csv; charset=utf-8",
    )


async def _csv_pages(request: Request, first: ListPage, read_page: ReadPage) -> AsyncIterator[str]:
    page = first
    yield "".join(_csv_lines(page))
    while page.next is not None:
        extend_deadline(request.scope)
        page = await read_page(page.next)
        yield "".join(_csv_lines(page)[1:])


def _csv_lines(page: ListPage) -> list[str]:
    """The line of headings, and a line for each article."""
    titles = {listed.article.feed_key: listed.feed_title for listed in page.articles}
    exported = [ExportedArticle.of(listed.article) for listed in page.articles]
    return list(csv_jsonl.csv_lines(exported, titles))


def table_response(text: str, name: str) -> Response:
    """A table of CSV as the file NAME.csv."""
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(text, headers=headers, media_type="text/csv; charset=utf-8")


def atom_response(site: SiteContext, request: Request, page: ListPage, title: str) -> Response:
    """A page of the list as an Atom feed, with the address of the next one."""
    sources = {listed.article.key: listed.sources for listed in page.articles}
    entries = items([listed.article for listed in page.articles], sources, site.theme_titles)
    return entries_response(site, request, entries, title, "Articles", after=page.next)


def entries_response(
    site: SiteContext,
    request: Request,
    entries: Sequence[Item],
    title: str,
    noun: str,
    *,
    after: str | None = None,
) -> Response:
    """Entries as an Atom feed of "NOUN of the topic"; `after` is the cursor of the next page."""
    whole_list = request.url.remove_query_params("after")  # one feed, whatever page of it
    about = heading(
        "console",
        whole_list.path + whole_list.query,
        title=f"{title} · Watchpost",
        subtitle=f"{noun} of {site.topic_names}",
        url=str(request.url),
        since=max((item.updated_at for item in entries), default=site.clock()),
    )
    if after:
        about = replace(about, next_url=str(request.url.include_query_params(after=after)))
    return Response(atom_feed.document(about, entries), media_type=atom_feed.MEDIA_TYPE)
