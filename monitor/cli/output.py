"""How the commands print: tables for people, JSON for programs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from monitor.text import formats
from monitor.text.formats import rfc3339

_PIPE_WIDTH = 160  # columns, where no terminal tells its own

if TYPE_CHECKING:
    from rich.console import Console

instant, short_instant = rfc3339, formats.short_instant  # until no command uses them by this name


def as_json(value: object) -> None:
    """One JSON document on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> object:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


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
