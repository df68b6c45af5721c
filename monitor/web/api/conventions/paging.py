"""Pages of lists: `items`, the cursor `next`, and a `Link` to the next page (RFC 8288)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

from fastapi import Request

from monitor.actions.as_json import JsonObject
from monitor.web.api.conventions.operation import Answer
from monitor.web.site import problems
from monitor.web.site.problems import FieldError, ProblemError


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
    other_pairs = [(name, value) for name, value in pairs if name != "after"]
    return f'<{request.url.path}?{urlencode([*other_pairs, ("after", cursor)])}>; rel="next"'


def cut_page(
    request: Request, items: Sequence[JsonObject], limit: int, after: str, *, key: str = "key"
) -> Answer:
    """A page of a list that is read whole; the cursor is the key of the last item of a page.

    Raise ProblemError for a cursor whose item was removed, or that is none.
    """
    keys = [str(item[key]) for item in items]
    if after and after not in keys:
        raise ProblemError(
            problems.BAD_QUERY,
            f"after: {after[:60]!r} is no cursor of this list, or its item is gone: begin anew.",
            FieldError(parameter="after", detail="is no cursor of this list"),
        )
    start = keys.index(after) + 1 if after else 0
    page = items[start : start + limit]
    has_more = start + limit < len(items)
    cursor = str(page[-1][key]) if has_more else None
    return page_answer(request, page, cursor, total=len(items))
