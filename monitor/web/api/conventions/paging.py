"""Pages of lists: `items`, the cursor `next`, and a `Link` to the next page (RFC 8288)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

from fastapi import Request

from monitor.actions.as_json import JsonObject
from monitor.web.api.conventions.operation import Answer


def page_answer(
    request: Request, items: Sequence[JsonObject], cursor: str | None, **others: object
) -> Answer:
    """A page of a list; `others` are further fields of it."""
    headers = {"link": next_link(request, cursor)} if cursor else {}
    content: JsonObject = {"items": list(items), "next": cursor, **others}
    return Answer(content=content, headers=headers, is_list=True)


def whole_list(items: Sequence[JsonObject]) -> Answer:
    """A list that has one page."""
    return Answer(content={"items": list(items), "next": None}, is_list=True)


def next_link(request: Request, cursor: str) -> str:
    """`</api/v1/articles?q=kursk&after=…>; rel="next"`"""
    pairs = parse_qsl(request.scope["query_string"].decode(), keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if name != "after"]
    return f'<{request.url.path}?{urlencode([*kept, ("after", cursor)])}>; rel="next"'
