"""Our templates, filled: each message has one for plain text and one for HTML."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def rendered(template: str, **parts: object) -> tuple[str, str]:
    """The plain text and the HTML of one template pair."""
    text, html = (
        _environment().get_template(f"{template}.{kind}.j2").render(parts)
        for kind in ("txt", "html")
    )
    return text, html


@cache
def _environment() -> Environment:
    """Our own templates; what a feed says only ever fills them, and is escaped in HTML."""
    # Here, because who polls loads this module too, and never fills a template.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(["html.j2"]),
        auto_reload=False,  # else every message asks the disk whether they changed
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
