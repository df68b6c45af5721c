"""`monitor model train`, `promote` and `rollback`: make packs, and switch between them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import AuditReason, Json, TopicName
from monitor.runtime import clock
from monitor.text.formats import count_text

if TYPE_CHECKING:
    from monitor.actions.teaching.candidates import PackSwitch, TrainedCandidate
    from monitor.settings.sections import Settings


def train(
    context: typer.Context,
    pack: Annotated[
        Path | None,
        typer.Option(help="The folder of the pack and its examples; else that of topic.pack."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The folder to write to; else the pack itself.")
    ] = None,
    with_marks: Annotated[
        bool,
        typer.Option(
            "--with-marks",
            "--with-labels",
            help="Train on `monitor marks` too, and make a candidate beside the configuration.",
        ),
    ] = False,
    topic: TopicName = None,
    json: Json = False,
) -> None:
    """Train a pack from its own examples and lexicon; the same input gives the same bytes."""
    from monitor.actions.teaching.candidates import train_pack
    from monitor.runtime.topic_pack import pack_folder

    if with_marks:
        _train_candidate(context, topic, base=pack, out=out, json=json)
        return
    # With --pack no settings are needed: a pack can be trained where nothing is installed yet.
    folder = pack or pack_folder(invocation.topic_settings(context, topic))
    report = train_pack(folder, out=out)
    if json:
        output.print_json(report)
        return
    figures = ", ".join(f"{name} {value}" for name, value in report.items())
    output.print_change("trained", "pack", str(out or folder), figures)


def _train_candidate(
    context: typer.Context,
    topic: str | None,
    *,
    base: Path | None,
    out: Path | None,
    json: bool,
) -> None:
    from monitor.actions.teaching import candidates

    invocation.settled_settings(context)
    settings = invocation.topic_settings(context, topic)
    if out is None:
        trained = _train_for_promotion(context, settings, base)
    else:  # a folder of the operator's, which nothing is promoted from
        with invocation.open_store(context) as store:
            plan = candidates.plan_candidate(store, settings, base=base, out=out)
        trained = candidates.train_candidate(plan, settings, on_step=_print_step)
    if json:
        output.print_json(trained.as_json())
        return
    _print(trained)
    promotion = f'topic.pack = "{out}"' if out else "`monitor model promote`"
    output.print_note(f"to put the candidate into use: {promotion}")


def _train_for_promotion(
    context: typer.Context, settings: Settings, base: Path | None
) -> TrainedCandidate:
    from monitor.actions.teaching import training_process, trainings

    now = clock.now()
    with invocation.open_store(context) as store:
        training = trainings.begin_training(store, settings, local_caller.caller(now), now)
    return training_process.train_here(settings, training, base=base, on_step=_print_step)


def _print_step(step: str) -> None:
    output.print_note(step)


def _print(trained: TrainedCandidate) -> None:
    comparison = trained.comparison
    output.print_change(
        "trained", "candidate", trained.candidate, f"taught by {count_text(trained.marks, 'mark')}"
    )
    columns = ("", "in use", "candidate")
    output.print_table(columns, comparison.rows(), empty="", wrapped=columns)
    output.print_note(
        f"of {count_text(comparison.held_out, 'held-out mark')} the candidate mends"
        f" {comparison.mended} and breaks {comparison.broken}"
    )
    if comparison.says_little:
        output.print_note("too few to tell the packs apart by them")
    for event in comparison.lost:
        output.print_note(f"lost: {event.date} {event.event}")


def promote(
    context: typer.Context,
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Promote even if golden events are lost.")
    ] = False,
    reason: AuditReason = "",
    topic: TopicName = None,
    json: Json = False,
) -> None:
    """Put the candidate into use; refused when it loses a golden event."""
    from monitor.actions.teaching.candidates import promote_candidate

    settings = invocation.topic_settings(context, topic)
    switch = promote_candidate(settings, accept_loss=accept_loss)
    _record(context, switch, reason)
    _print_switch("promoted", switch, json=json)


def rollback(
    context: typer.Context,
    reason: AuditReason = "",
    topic: TopicName = None,
    json: Json = False,
) -> None:
    """Undo the last promotion: the previous pack is in use again, this one is the candidate."""
    from monitor.actions.teaching.candidates import roll_back

    switch = roll_back(invocation.topic_settings(context, topic))
    _record(context, switch, reason)
    _print_switch("restored", switch, json=json)


def _record(context: typer.Context, switch: PackSwitch, reason: str) -> None:
    from monitor.actions.teaching.candidates import record_switch

    now = clock.now()
    with invocation.open_store(context) as store:
        record_switch(store, local_caller.caller(now), switch, now, reason=reason)


def _print_switch(done: str, switch: PackSwitch, *, json: bool) -> None:
    if json:
        output.print_json(switch.as_json())
        return
    for fault in switch.faults:
        output.print_note(f"passed over: {fault}")
    state = f"in use, before: {switch.before}; a running service takes it within 5 s"
    output.print_change(done, "pack", switch.in_use, state)
