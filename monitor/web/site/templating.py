"""HTML pages from Jinja templates with escaped text; bounded reading of request bodies."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fastapi import HTTPException, Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parent / "templates"

# The largest body of a submitted form; ours have a few hundred bytes.
MAX_BODY_BYTES = 8_192


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, *, status: int = 200, root: str = "../", **parts: object) -> Response:
    """Render a page; `root` is the relative path from its address to that of the site."""
    text = _environment().get_template(f"{template}.html.j2").render(parts, root=root)
    return Response(text, status_code=status, media_type="text/html")


def not_found() -> HTTPException:
    """The error for every invalid token, whatever the reason."""
    return HTTPException(404)


async def read_body(request: Request, limit: int = MAX_BODY_BYTES) -> bytes:
    """The whole body of a request.  Raise HTTPException (413) for more than `limit` bytes."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > limit:
            raise HTTPException(413)
    return bytes(content)
