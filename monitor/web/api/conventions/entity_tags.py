"""Entity tags of the API's answers: unchanged answers are not sent, stale changes are refused."""

from __future__ import annotations

import hashlib
import json
import re

from fastapi import Request

from monitor.actions.as_json import JsonObject
from monitor.web.site import problems
from monitor.web.site.problems import ProblemError

_TAG = re.compile(r'(?:W/)?"[^"]*"')
_DIGITS = 32


def json_bytes(content: JsonObject) -> bytes:
    """The object as it is sent."""
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def entity_tag(body: bytes, *, is_weak: bool = False) -> str:
    """The tag of a body: `"3f8a…"`; a list has a weak one, `W/"3f8a…"`."""
    digest = hashlib.sha256(body).hexdigest()[:_DIGITS]
    return f'W/"{digest}"' if is_weak else f'"{digest}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether the client has this very answer, as `If-None-Match` says (weak comparison)."""
    header = request.headers.get("if-none-match", "")
    known = [candidate.removeprefix("W/") for candidate in _TAG.findall(header)]
    return header.strip() == "*" or tag.removeprefix("W/") in known


def check_match(request: Request, content: JsonObject) -> None:
    """Raise ProblemError when `If-Match` is missing (428), or is not the tag of `content` (412)."""
    header = request.headers.get("if-match", "").strip()
    if not header:
        raise ProblemError(
            problems.MATCH_NEEDED,
            "Send the ETag of what you read as If-Match; nothing changed.",
        )
    tag = entity_tag(json_bytes(content))
    if header != "*" and tag not in _TAG.findall(header):
        raise ProblemError(
            problems.STALE,
            "It was changed since you read it; nothing was changed now.",
            headers={"etag": tag},
        )
