"""The Jinja templates of mails: each message has one for plain text and one for HTML."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def rendered(template: str, **parts: object) -> tuple[str, str]:
    """Render a pair of templates: the plain text and the HTML."""
    text, html = (
        _environment().get_template(f"{template}.{kind}.j2").render(parts)
        for kind in ("txt", "html")
    )
    return text, html


@cache
def _environment() -> Environment:
    """Load templates from this folder only; values from feeds are escaped in HTML."""
    # Imported here: a process that only polls loads this module and renders no template.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(["html.j2"]),
        auto_reload=False,  # else each message checks the files for changes
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
