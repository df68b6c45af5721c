"""`monitor model`: judge, score and show topic packs; `training` has the rest of the noun."""

from __future__ import annotations

import json as codec
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli import invocation, output
from monitor.domain.errors import ConfigError, PackError
from monitor.domain.feeds import Entry

if TYPE_CHECKING:
    from monitor.classify.packs.pack import Pack
    from monitor.settings.sections import Settings

app = typer.Typer(help="Train, teach, judge, score and show topic packs.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Lines = Annotated[Path, typer.Argument(help='A file of {"id", "title", "text", "lang"} lines.')]


@app.command("show")
def show_(
    context: typer.Context,
    classes: Annotated[
        bool, typer.Option("--classes", help="List the lexicon's classes, for [topic.lexicon].")
    ] = False,
    json: Json = False,
) -> None:
    """The pack in use: its themes, thresholds and sizes; and the packs that wait beside it."""
    from monitor.runtime import topic_pack

    chosen = invocation.settings(context)
    found = topic_pack.find_pack(chosen)
    pack, roles = found.pack, taught_packs(chosen)
    if json:
        beside = {"folder": str(found.folder), "taught": roles, "faults": found.faults}
        output.as_json({**pack.as_dict(), **beside})
        return
    for fault in found.faults:
        output.note(f"passed over: {fault}")
    output.note(f"{pack.id}: {pack.title}; relevant from {pack.threshold:.2f}")
    for part, name in roles.items():
        output.note(f"{part}: {name or 'none'}")
    output.table(
        ("theme", "from", "means"),
        [(t.slug, f"{t.threshold:.2f}", t.description) for t in pack.themes.values()],
        empty="this pack has no themes",
    )
    if classes:
        _print_classes(pack)


def _print_classes(pack: Pack) -> None:
    """The lexicon's classes, and how many entries each has, the operator's among them."""
    entries, own = (
        Counter(name for classes in lexicon.entries.values() for name in classes)
        for lexicon in (pack.lexicon, pack.trained_lexicon)
    )
    rows = [
        (name, title, f"{entries[name]:,}", f"{entries[name] - own[name]:+,}")
        for name, title in pack.lexicon.titles.items()
    ]
    output.table(("class", "means", "entries", "from [topic.lexicon]"), rows, empty="")


def taught_packs(chosen: Settings) -> dict[str, str | None]:
    """Which taught pack plays which part; empty where none can, or the file is damaged."""
    from dataclasses import asdict

    from monitor.runtime import topic_pack

    shelf = topic_pack.shelf(chosen)
    try:
        return asdict(shelf.roles()) if shelf else {}
    except PackError:
        return {}


@app.command()
def judge(context: typer.Context, file: Lines, json: Json = False) -> None:
    """Judge every line of a file; with --json a line each: id, score, relevant, themes."""
    from monitor.runtime import build, topic_pack

    pack = topic_pack.load_pack(invocation.settings(context))
    lines = list(read_lines(file))
    verdicts = build.classifier(pack).judge([_entry(line) for line in lines])
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
    from monitor.classify.training import evaluate as scoring
    from monitor.runtime import build, topic_pack

    pack = topic_pack.load_pack(invocation.settings(context))
    lines = list(read_lines(file))
    verdicts = build.classifier(pack).judge([_entry(line) for line in lines])
    figures = scoring.evaluate_verdicts(lines, verdicts, name=str(file))
    if json:
        output.as_json(figures)
        return
    rows = [
        (name, f"{value:.3f}" if isinstance(value, float) else str(value))
        for name, value in figures.items()
        if isinstance(value, int | float)
    ]
    output.table(("figure", "value"), rows, empty="")


@app.command()
def golden(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="A file of golden events; else the topic's own.")
    ] = None,
    json: Json = False,
) -> None:
    """How many golden events the pack recalls: real events that nobody should miss."""
    from monitor.classify.training import golden as events
    from monitor.runtime import build, topic_pack

    chosen = invocation.settings(context)
    told = events.load_golden_events(file or topic_pack.golden_file(chosen))
    score = events.score_golden_events(told, build.classifier(topic_pack.load_pack(chosen)).judge)
    if json:
        output.as_json(score.as_dict())
        return
    output.table(
        ("language", "wordings", "flagged"),
        [
            (language, str(count), str(score.flagged.get(language, 0)))
            for language, count in sorted(score.wordings.items())
        ],
        empty="",
    )
    for missed in score.missed:
        output.note(f"missed: {missed.event.date} {missed.event.event} (best {missed.best:.2f})")
    output.note(f"{len(score.recalled)} of {score.events} golden events recalled")


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
