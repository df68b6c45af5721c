"""What a document of feedparser's own tests should give, what it gives us, and feedparser itself.

Its expectations are Python: `not bozo and entries[0]['title'] == 'Example'`.  Those about an
entry's headline, address, id and date are extracted; the rest is about feedparser alone.
"""

from __future__ import annotations

import ast
import io
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import feedparser

from monitor.articles import identity
from monitor.collect.parse import clean
from monitor.domain.articles import Article
from monitor.domain.feeds import Entry
from tests.conformance.corpora import Row, body
from tests.conformance.full_pipeline import NOW

# What feedparser calls a thing, and we.
OURS = {
    "title": "title",
    "link": "url",
    "id": "guid",
    "guid": "guid",
    "published_parsed": "published_at",
    "updated_parsed": "published_at",
    "created_parsed": "published_at",
}
_THEIR_SERVER = "http://127.0.0.1:8097"  # where feedparser's own tests are served
_MARKUP = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Expected:
    """One expectation, and who meets it."""

    document: str
    field: str  # as we call it
    expected: object
    values: tuple[object, ...]  # of each article
    feedparser_value: object
    is_feedparser_right: bool

    @property
    def is_right(self) -> bool:
        return self.expected in self.values


def plainly(
    document: bytes, content_type: str, url: str, headers: Mapping[str, str], *, raw: bool = True
) -> Any:
    """What feedparser makes of it by itself, or None when it raises; `raw`: markup untouched."""
    lowered = {name.lower(): value for name, value in headers.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return feedparser.parse(
                io.BytesIO(document),
                response_headers={"content-type": content_type, "content-location": url, **lowered},
                sanitize_html=not raw,
                resolve_relative_uris=not raw,
            )
        except (ArithmeticError, LookupError, TypeError, ValueError):
            return None


def is_same_name(feedparser_id: str, guid: str | None) -> bool:
    """feedparser takes an id for an address, and completes it; we keep it to the letter."""
    resolved = feedparser_id.strip().lower()
    return resolved == (guid or "").lower() or bool(
        guid and resolved.endswith(guid.lower().lstrip("/"))
    )


def expectations(row: Row) -> Iterator[tuple[str, object]]:
    """What is expected of the first entry: feedparser's name for it, and the value."""
    try:
        expression = ast.parse(row["expect"].get("python", ""), mode="eval")
    except SyntaxError:
        return
    for node in ast.walk(expression):
        if isinstance(node, ast.Compare) and all(isinstance(op, ast.Eq) for op in node.ops):
            name = _name(node.left)
            try:
                value = ast.literal_eval(node.comparators[-1])
            except ValueError:
                continue
            if name in OURS:
                yield name, value


def _name(node: ast.expr) -> str:
    """The key in `entries[0]['key']` or `entries[0].key`, else nothing."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        owner, name = node.value, node.slice.value
    elif isinstance(node, ast.Attribute):
        owner, name = node.value, node.attr
    else:
        return ""
    return str(name) if ast.unparse(owner) == "entries[0]" else ""


def compared(row: Row, url: str, articles: Sequence[Article]) -> Iterator[Expected]:
    """Every expectation of this document that is about an entry we keep."""
    plain = plainly(body(row), row["content_type"], url, row["headers"], raw=False)
    first = plain.entries[0] if plain is not None and plain.entries else {}
    host = "/".join(url.split("/")[:3])
    for name, literal in expectations(row):
        value = literal.replace(_THEIR_SERVER, host) if isinstance(literal, str) else literal
        plain_value = dict.get(first, "id" if name == "guid" else name)
        if isinstance(plain_value, time.struct_time):
            plain_value = tuple(plain_value)
        yield Expected(
            document=row["id"],
            field=OURS[name],
            expected=_as_ours(name, value, first, url),
            values=tuple(getattr(article.entry, OURS[name]) for article in articles),
            feedparser_value=plain_value,
            is_feedparser_right=plain_value == value,
        )


def single_entry(row: Row, url: str) -> Entry | None:
    """The only entry that feedparser by itself finds, cleaned as ours are, or None."""
    plain = plainly(body(row), row["content_type"], url, row["headers"])
    if plain is None or len(plain.entries) != 1:
        return None
    first = plain.entries[0]
    dates = (_date(dict.get(first, f"{key}_parsed")) for key in ("published", "updated", "created"))
    return Entry(
        title=str(_as_ours("title", first.get("title") or "", first, url)),
        url=clean.absolute_url(first.get("link") or "", url),
        guid=clean.clean_guid(first.get("id") or ""),
        published_at=next(filter(None, dates), None),
    )


def _as_ours(name: str, value: Any, first: Any, url: str) -> object:
    """feedparser's value in our form: plain text, an absolute address, an instant in UTC."""
    if name.endswith("_parsed"):
        return _date(value)
    if name == "link":
        return clean.absolute_url(value, url)
    if name != "title":
        return clean.clean_guid(value)
    kind = (first.get("title_detail") or {}).get("type", "")
    return clean.plain_text(value, limit=clean.MAX_TITLE, markup=kind in _MARKUP)


def _date(value: Any) -> datetime | None:
    """feedparser's nine numbers (in UTC) as the instant that we would store."""
    if not value:
        return None
    try:
        instant = datetime(*value[:6], tzinfo=UTC)
    except (ValueError, OverflowError, TypeError):
        return None
    return identity.credible_date(instant, NOW)
