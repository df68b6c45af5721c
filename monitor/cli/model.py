"""`monitor model`: train, judge, evaluate and show topic packs."""

from __future__ import annotations

import json as codec
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli import setting, show
from monitor.domain import Entry
from monitor.errors import ConfigError

app = typer.Typer(help="Train, judge, evaluate and show topic packs.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Lines = Annotated[Path, typer.Argument(help='A file of {"id", "title", "text", "lang"} lines.')]


@app.command("show")
def show_(context: typer.Context, json: Json = False) -> None:
    """The pack in use: its themes, thresholds and sizes."""
    from monitor import app as parts

    pack = parts.load_pack(setting.settings(context))
    if json:
        show.as_json(pack.as_dict())
        return
    show.note(f"{pack.id}: {pack.title}; relevant from {pack.threshold:.2f}")
    show.table(
        ("theme", "from", "means"),
        [(t.slug, f"{t.threshold:.2f}", t.description) for t in pack.themes.values()],
        empty="this pack has no themes",
    )


@app.command()
def judge(context: typer.Context, file: Lines, json: Json = False) -> None:
    """Judge every line of a file; with --json a line each: id, score, relevant, themes."""
    from monitor import app as parts

    pack = parts.load_pack(setting.settings(context))
    lines = list(read_lines(file))
    verdicts = parts.classifier(pack).judge([_entry(line) for line in lines])
    for line, verdict in zip(lines, verdicts, strict=True):
        relevant = verdict.score >= verdict.threshold
        if json:
            judged = {
                "id": line.get("id"),
                "score": round(verdict.score, 6),
                "relevant": relevant,
                "themes": {slug: round(p, 6) for slug, p in verdict.themes.items()},
            }
            typer.echo(codec.dumps(judged, ensure_ascii=False))
        else:
            typer.echo(f"{'●' if relevant else ' '} {verdict.score:.2f}  {line['title']}")


@app.command()
def evaluate(context: typer.Context, file: Lines, json: Json = False) -> None:
    """Score the pack against labelled lines."""
    from monitor import app as parts
    from monitor.classify import evaluate as scoring

    pack = parts.load_pack(setting.settings(context))
    lines = list(read_lines(file))
    verdicts = parts.classifier(pack).judge([_entry(line) for line in lines])
    figures = scoring.evaluate(lines, verdicts, name=str(file))
    if json:
        show.as_json(figures)
        return
    rows = [
        (name, f"{value:.3f}" if isinstance(value, float) else str(value))
        for name, value in figures.items()
        if isinstance(value, int | float)
    ]
    show.table(("figure", "value"), rows, empty="")


@app.command()
def train(
    context: typer.Context,
    pack: Annotated[
        Path | None, typer.Option(help="The pack's folder; else that of topic.pack.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where to; else into the pack itself.")] = None,
    json: Json = False,
) -> None:
    """Train a pack from its own examples and lexicon; the same input gives the same bytes."""
    from monitor import app as parts
    from monitor.classify import train as training

    folder = pack or parts.pack_folder(setting.settings(context))
    report = training.train_pack(folder, out=out or folder)
    if json:
        show.as_json(report)
        return
    show.note(", ".join(f"{name} {value}" for name, value in report.items()))


def read_lines(file: Path) -> Iterator[dict[str, Any]]:
    """The lines of a JSON Lines file (.gz too).  Raise ConfigError naming the line."""
    import gzip

    opened = gzip.open if file.suffix == ".gz" else open
    try:
        with opened(file, "rt", encoding="utf-8") as lines:
            for number, text in enumerate(lines, 1):
                if text.strip():
                    yield _line(text, f"{file}:{number}")
    except (OSError, UnicodeDecodeError, EOFError) as error:
        raise ConfigError(f"{file}: can't be read: {error}") from None


def _line(text: str, place: str) -> dict[str, Any]:
    try:
        line = codec.loads(text)
    except codec.JSONDecodeError as error:
        raise ConfigError(f"{place}: not JSON: {error}") from None
    if not isinstance(line, dict) or not isinstance(line.get("title"), str):
        raise ConfigError(f'{place}: a line is an object with at least "title"')
    return line


def _entry(line: dict[str, Any]) -> Entry:
    return Entry(
        title=line["title"], text=str(line.get("text") or ""), language=line.get("lang") or None
    )
