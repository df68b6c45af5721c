"""Pages as HTML: our own templates, filled with text that is escaped; no script anywhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

_TEMPLATES = Path(__file__).parent / "templates"

# Of what is posted here; a form of ours takes a few hundred bytes.
MOST_BYTES = 8_192


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, *, status: int = 200, root: str = "../", **parts: object) -> Response:
    """A whole page; `root` leads from its address to where the site begins."""
    text = _environment().get_template(f"{template}.html.j2").render(parts, root=root)
    return Response(text, status_code=status, media_type="text/html")


def not_found() -> HTTPException:
    """The answer to every token that is not right, whatever is wrong with it."""
    return HTTPException(404)


async def body(request: Request, most: int = MOST_BYTES) -> bytes:
    """All that was posted.  Raise HTTPException (413) for more than a form can be."""
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > most:
            raise HTTPException(413)
    return bytes(content)


def routes() -> APIRouter:
    """The style of all pages."""
    router = APIRouter()
    style = (_TEMPLATES / "style.css").read_bytes()

    @router.get("/style.css")
    async def css() -> Response:
        keep = {"cache-control": "public, max-age=3600"}
        return Response(style, media_type="text/css", headers=keep)

    return router
