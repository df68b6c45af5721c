"""Lists of articles for programs: JSON, CSV and Atom at addresses beside the page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from fastapi import Request, Response

from monitor.actions.as_json import JsonObject
from monitor.actions.reading.articles import ListedArticle
from monitor.publish import atom_feed, csv_jsonl
from monitor.publish.items import Item, heading, items
from monitor.web.site.context import SiteContext


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


def csv_response(articles: Sequence[ListedArticle]) -> Response:
    """A row for each article, as `monitor export --format csv` writes it."""
    titles = {listed.article.feed_key: listed.feed_title for listed in articles}
    lines = csv_jsonl.csv_lines([listed.article for listed in articles], titles)
    return table_response("".join(lines), "articles")


def table_response(text: str, name: str) -> Response:
    """A table of CSV as the file NAME.csv."""
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(text, headers=headers, media_type="text/csv; charset=utf-8")


def atom_response(
    site: SiteContext, request: Request, articles: Sequence[ListedArticle], title: str
) -> Response:
    """The list as an Atom feed."""
    sources = {listed.article.key: listed.sources for listed in articles}
    entries = items([listed.article for listed in articles], sources, site.theme_titles)
    return entries_response(site, request, entries, title, "Articles")


def entries_response(
    site: SiteContext, request: Request, entries: Sequence[Item], title: str, noun: str
) -> Response:
    """Entries as an Atom feed of "NOUN of the topic"."""
    about = heading(
        "console",
        request.url.path + request.url.query,
        title=f"{title} · Watchpost",
        subtitle=f"{noun} of {site.topic}",
        url=str(request.url),
        since=max((item.updated_at for item in entries), default=site.clock()),
    )
    return Response(atom_feed.document(about, entries), media_type=atom_feed.MEDIA_TYPE)
