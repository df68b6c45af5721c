"""How the commands print: tables for people, JSON for programs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

_PIPE_WIDTH = 160  # columns, where no terminal tells its own

if TYPE_CHECKING:
    from rich.console import Console


def as_json(value: object) -> None:
    """One JSON document on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> object:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def instant(value: datetime | None) -> str | None:
    """RFC 3339 in UTC: "2025-06-17T12:00:00Z"."""
    if value is None:
        return None
    return value.isoformat(timespec="seconds").replace("+00:00", "Z")


def short_instant(value: datetime | None) -> str:
    """ "17 Jun 12:00", for tables."""
    return value.strftime("%d %b %H:%M") if value else "–"


def note(text: str) -> None:
    """A word to the person, on standard error so that it never mixes with the answer."""
    typer.echo(text, err=True)


def console() -> Console:
    """Standard output with colours where it is a terminal."""
    from rich.console import Console

    told = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(highlight=False, width=None if told else _PIPE_WIDTH)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str) -> None:
    """Rows under headings; `empty` says what it means that there are none."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    if not rows:
        note(empty)
        return
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        grid.add_column(name, overflow="fold")
    for row in rows:  # Text, so that a headline is never read as markup
        grid.add_row(*(Text(cell) for cell in row))
    console().print(grid)
