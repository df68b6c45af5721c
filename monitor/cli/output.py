"""Output of commands: tables for people, JSON for programs, notes on standard error."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from monitor.text.formats import rfc3339

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from monitor.deliver.transports.as_sent import SentMessage

SHOWN_DIGITS = 8  # of a key
_PIPE_WIDTH = 160  # columns, where there is no terminal to ask


def print_json(value: object) -> None:
    """Print one JSON document on standard output; instants in RFC 3339, sets as sorted lists."""
    typer.echo(json_text(value, indent=2))


def json_text(value: object, *, indent: int | None = None) -> str:
    """A JSON document; in ASCII where standard output is not UTF-8, so that no letter is lost."""
    is_ascii = not _is_utf8(sys.stdout.encoding)
    return json.dumps(value, ensure_ascii=is_ascii, indent=indent, default=_json_form)


def _is_utf8(encoding: str | None) -> bool:
    return (encoding or "").lower().replace("-", "").replace("_", "").startswith("utf8")


def replace_missing_letters() -> None:
    """Print a replacement for each letter that standard output or error can't encode.

    Without this, a terminal or pipe that is not UTF-8 would end a command in a traceback.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")


def _json_form(value: object) -> object:
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def print_sent_message(sent: SentMessage) -> None:
    """Print where a message goes, its headers and its body, on standard output."""
    typer.echo(sent.to)
    for name, value in sent.headers:
        typer.echo(f"{name}: {value}")
    typer.echo(f"\n{sent.body}")


def print_note(text: str) -> None:
    """Print a remark on standard error, so that it never mixes with the result."""
    typer.echo(text, err=True)


def print_change(done: str, noun: str, name: str, state: str, *, key: str = "") -> None:
    """Confirm a change: what was done to which thing, and its state now.

    It is a line on standard error, such as "paused feed 1a2b3c4d https://example.org/feed: not
    polled until `monitor feeds resume`".
    """
    words = (done, noun, key[:SHOWN_DIGITS], name)
    print_note(f"{' '.join(word for word in words if word)}: {state}")


def console() -> Console:
    """Standard output, with colours where it is a terminal."""
    from rich.console import Console

    has_width = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(highlight=False, width=None if has_width else _PIPE_WIDTH)


def print_lines(lines: Iterable[Text]) -> None:
    """Print each line; one that is wider than the terminal goes on below, indented."""
    from rich.text import Text

    screen = console()
    for line in lines:
        if line.cell_len <= screen.width:
            screen.print(line)
            continue
        start = len(line.plain) - len(line.plain.lstrip(" "))
        indent = " " * (start + _HANGING)
        first, *rest = line.wrap(screen, screen.width)
        screen.print(first)
        below = Text(" ").join(rest)
        for piece in below.wrap(screen, screen.width - len(indent)):
            screen.print(Text(indent) + piece)


def print_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    empty: str,
    optional: Sequence[str] = (),
    wrapped: Sequence[str] = (),
) -> None:
    """Print rows under headings; without rows, print the note `empty`.

    Cells with several words may take several lines; keys, states and times never do.  Where the
    terminal is too narrow, the columns named in `optional` are left out, the first one first.
    `wrapped` names more columns whose cells may take several lines.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    if not rows:
        print_note(empty)
        return
    screen = console()
    flexible = _WRAPPED.union(wrapped)
    shown = _fitting_columns(columns, rows, optional, flexible, screen.width)
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for index in shown:
        grid.add_column(columns[index], overflow="fold", no_wrap=columns[index] not in flexible)
    for row in rows:  # Text, so that a headline is never read as markup
        grid.add_row(*(Text(row[index]) for index in shown))
    screen.print(grid)


# Headings of the columns whose cells may take several lines.
_WRAPPED = frozenset(
    {
        "about", "address", "answer", "feed", "filters", "finding", "headline", "means",
        "name", "reason", "schedule", "silences", "themes", "to", "value", "why", "why this one",
    }
)  # fmt: skip
_NARROWEST = 14  # characters of a cell that takes several lines
_NARROWEST_HEADLINE = 28  # below, columns are left out for it
_HANGING = 4  # characters by which the rest of a long line is indented
_GAP = 3  # characters between two columns


def _fitting_columns(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    optional: Sequence[str],
    flexible: Collection[str],
    width: int,
) -> list[int]:
    """The indexes of the columns that fit into the width, and those that are not optional."""
    from rich.cells import cell_len

    needed = []
    for index, name in enumerate(columns):
        widest = max([cell_len(name), *(cell_len(row[index]) for row in rows)])
        narrowest = _NARROWEST_HEADLINE if name == "headline" else _NARROWEST
        needed.append(min(widest, narrowest) if name in flexible else widest)
    shown = list(range(len(columns)))
    for name in optional:
        if sum(needed[index] + _GAP for index in shown) <= width:
            break
        shown.remove(columns.index(name))
    return shown


def discard_rest() -> None:
    """Drop what standard output still holds: the interpreter would fail on it once more."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
