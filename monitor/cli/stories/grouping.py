"""`monitor stories assign`: the stories of the articles in a file."""

from __future__ import annotations

import json as codec
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import invocation, output
from monitor.cli.options import Json

Articles = Annotated[
    Path, typer.Argument(help='A file of {"id", "title", "text", "lang", "source", "date"} lines.')
]


def assign(context: typer.Context, file: Articles, json: Json = False) -> None:
    """Group the articles of a file in order of date; with --json a line each.  Stores nothing."""
    from monitor.actions.reading.story_files import group_file, sizes

    lines = group_file(file, invocation.settings(context))
    if json:
        for line in lines:
            typer.echo(codec.dumps(line.as_json(), ensure_ascii=False))
        return
    rows = [(story, f"{count:,}", title) for story, count, title in sizes(lines)]
    output.print_table(
        ("story", "articles", "first headline"), rows, empty="no two articles are one story"
    )
