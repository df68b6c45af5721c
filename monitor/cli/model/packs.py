"""`monitor model show`, `judge`, `evaluate` and `golden`: the pack in use."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.actions.option_values import InvalidOption
from monitor.cli import invocation, output
from monitor.cli.model import evaluation_tables
from monitor.cli.options import Json, TopicName
from monitor.domain.errors import StoreError

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.teaching.pack_training import PackTraining

Lines = Annotated[Path, typer.Argument(help='A file of {"id", "title", "text", "lang"} lines.')]


def show(
    context: typer.Context,
    classes: Annotated[
        bool, typer.Option("--classes", help="List the lexicon's classes, for [topic.lexicon].")
    ] = False,
    topic: TopicName = None,
    json: Json = False,
) -> None:
    """The pack in use: its themes, thresholds and sizes; and the packs that wait beside it."""
    from monitor.actions.teaching.evaluation import show_pack
    from monitor.actions.teaching.training_report import report_of, training_as_json

    settings = invocation.topic_settings(context, topic)
    shown, training = show_pack(settings), _last_training(settings)
    if json:
        report = report_of(training)
        output.print_json(
            shown.as_json()
            | {
                "last_training": training_as_json(training),
                "comparison": report.as_json() if report else None,
            }
        )
        return
    for fault in shown.faults:
        output.print_note(f"passed over: {fault}")
    pack = shown.pack
    output.print_note(f"{pack.id}: {pack.title}; relevant from {pack.threshold:.2f}")
    for role, name in shown.roles.items():
        output.print_note(f"{role}: {name or 'none'}")
    output.print_table(
        ("theme", "from", "means"),
        [
            (theme.slug, f"{theme.threshold:.2f}", theme.description)
            for theme in pack.themes.values()
        ],
        empty="this pack has no themes",
    )
    if classes:
        rows = [
            (row.name, row.title, f"{row.entries:,}", f"{row.from_settings:+,}")
            for row in shown.lexicon_classes
        ]
        output.print_table(("class", "means", "entries", "from [topic.lexicon]"), rows, empty="")
    if training is not None:
        _print_training(training)


def _last_training(settings: Settings) -> PackTraining | None:
    """The last training of the topic; None without one, or without a database."""
    from monitor.runtime import build, clock

    file = build.sqlite_file(settings)
    if file is not None and not file.exists():
        return None
    try:
        with build.open_store(settings) as store:
            return store.pack_trainings.newest(settings.topic.pack, clock.now())
    except StoreError as error:  # the packs are files, which can be shown without it
        output.print_note(f"trainings can't be read: {error}")
        return None


def _print_training(training: PackTraining) -> None:
    from monitor.actions.teaching.training_report import report_of, training_sentence

    output.print_note(training_sentence(training))
    report = report_of(training)
    if report is None:
        return
    columns = ("", "in use then", "candidate")
    output.print_table(columns, report.rows, empty="", wrapped=columns)
    output.print_note(report.sentence)
    output.print_note(report.changes.sentence)
    for event in report.lost:
        output.print_note(f"lost: {event.date} {event.event}")


def judge(context: typer.Context, file: Lines, topic: TopicName = None, json: Json = False) -> None:
    """Judge every line of a file; with --json a line each: id, score, relevant, themes."""
    from monitor.actions.teaching.evaluation import judge_file

    for row in judge_file(file, invocation.topic_settings(context, topic)):
        if json:
            typer.echo(output.json_text(row.as_json()))
        else:
            mark = "●" if row.relevant else " "
            typer.echo(f"{mark} {row.verdict.score:.2f}  {row.line['title']}")


def evaluate(
    context: typer.Context,
    file: Lines,
    month: Annotated[
        list[str] | None,
        typer.Option(help="Also score inside and outside of these months, as in 2025-08."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(help="The folder of another pack: the differences, with their intervals."),
    ] = None,
    history: Annotated[
        Path | None,
        typer.Option(help="Dated lines that came before: similar ones move the scores (memory)."),
    ] = None,
    second_reader: Annotated[
        bool,
        typer.Option("--second-reader", help="Ask the second reader about the lines in doubt."),
    ] = False,
    topic: TopicName = None,
    json: Json = False,
) -> None:
    """Score the pack against labelled lines; intervals are 95 % by a bootstrap over ISO weeks."""
    from monitor.actions.teaching.evaluation import evaluate_file

    settings = invocation.topic_settings(context, topic)
    if second_reader:
        if history is not None:
            raise InvalidOption("history", "can't be used with --second-reader")
        _try_reader(context, file, json=json)
        return
    figures = evaluate_file(file, settings, months=month or (), against=against, history=history)
    if json:
        output.print_json(figures)
        return
    evaluation_tables.print_figures(figures)
    if history is not None:
        output.print_note(_memory_note(figures))


def _memory_note(figures: Mapping[str, Any]) -> str:
    memory = figures["memory"]
    return (
        f"memory: {memory['moved']:,} lines moved by similar ones of {memory['history']:,} before"
    )


def _try_reader(context: typer.Context, file: Path, *, json: bool) -> None:
    import asyncio

    from monitor.actions.teaching.reader_evaluation import try_reader
    from monitor.runtime import clock

    settings = invocation.settled_settings(context)
    with invocation.open_store(context) as store:
        trial = asyncio.run(try_reader(file, settings, store, clock.now()))
    if json:
        output.print_json(trial.as_json())
        return
    evaluation_tables.print_reader(trial.as_json())
    output.print_note(trial.sentence)


def golden(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="A file of golden events; else the topic's own.")
    ] = None,
    topic: TopicName = None,
    json: Json = False,
) -> None:
    """How many golden events the pack recalls: real events that nobody should miss."""
    from monitor.actions.teaching.evaluation import score_golden_events

    score = score_golden_events(invocation.topic_settings(context, topic), file)
    if json:
        output.print_json(score.as_dict())
        return
    output.print_table(
        ("language", "wordings", "flagged"),
        [
            (language, str(count), str(score.flagged.get(language, 0)))
            for language, count in sorted(score.wordings.items())
        ],
        empty="",
    )
    for missed in score.missed:
        output.print_note(
            f"missed: {missed.event.date} {missed.event.event} (best {missed.best:.2f})"
        )
    output.print_note(f"{len(score.recalled)} of {score.events} golden events recalled")
