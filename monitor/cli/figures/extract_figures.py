"""`monitor figures extract`: the figures of articles in a file, with kinds and claimants."""

from __future__ import annotations

import json as codec
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import invocation, output
from monitor.cli.options import Json


def extract(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help='A file of {"id", "title", "text", "lang", "date"} lines.')
    ],
    json: Json = False,
) -> None:
    """Extract the figures of every line of a file; with --json a line each: id, figures."""
    from monitor.actions.reading.figure_lines import extract_from_file

    lines = extract_from_file(file, invocation.settings(context))
    if json:
        for line in lines:
            typer.echo(codec.dumps(line.as_json(), ensure_ascii=False))
        return
    rows = []
    for line in lines:
        key = str(line.line.get("id") or "–")
        rows += [
            (key, figure.value_text, figure.kind, figure.attribution.claimant or "–", figure.quote)
            for figure in line.figures
        ]
    output.print_table(
        ("id", "value", "kind", "claimant", "words"), rows, empty="no figures in these lines"
    )
