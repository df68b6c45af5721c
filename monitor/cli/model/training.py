"""`monitor model train`, `promote` and `rollback`: make packs, and switch between them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import Json

if TYPE_CHECKING:
    from monitor.actions.teaching.candidates import PackSwitch, TrainedCandidate


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
    json: Json = False,
) -> None:
    """Train a pack from its own examples and lexicon; the same input gives the same bytes."""
    from monitor.actions.teaching.candidates import train_pack
    from monitor.runtime.topic_pack import pack_folder

    if with_marks:
        _train_candidate(context, base=pack, out=out, json=json)
        return
    # With --pack no settings are needed: a pack can be trained where nothing is installed yet.
    report = train_pack(pack or pack_folder(invocation.settings(context)), out=out)
    if json:
        output.print_json(report)
        return
    output.print_note(", ".join(f"{name} {value}" for name, value in report.items()))


def _train_candidate(
    context: typer.Context, *, base: Path | None, out: Path | None, json: bool
) -> None:
    from monitor.actions.teaching.candidates import plan_candidate, train_candidate

    settings = invocation.settled_settings(context)
    with invocation.open_store(context) as store:
        plan = plan_candidate(store, settings, base=base, out=out)
    output.print_note(
        f"training on {len(plan.pack_examples)} examples and {len(plan.taught)} marks: half a"
        " minute or so"
    )
    trained = train_candidate(plan, settings)
    if json:
        output.print_json(trained.as_json())
        return
    _print(trained)
    promotion = f'topic.pack = "{out}"' if out else "`monitor model promote`"
    output.print_note(f"to put the candidate into use: {promotion}")


def _print(trained: TrainedCandidate) -> None:
    comparison = trained.comparison
    output.print_note(f"candidate {trained.candidate}, taught by {trained.marks} marks")
    output.print_table(("", "in use", "candidate"), comparison.rows(), empty="")
    output.print_note(
        f"of {comparison.held_out} held-out marks the candidate mends {comparison.mended}"
        f" and breaks {comparison.broken}"
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
    json: Json = False,
) -> None:
    """Put the candidate into use; refused when it loses a golden event."""
    from monitor.actions.teaching.candidates import promote_candidate

    switch = promote_candidate(invocation.settings(context), accept_loss=accept_loss)
    _record(context, "promote pack", switch)
    _print_switch(switch, json=json)


def rollback(context: typer.Context, json: Json = False) -> None:
    """Undo the last promotion: the previous pack is in use again, this one is the candidate."""
    from monitor.actions.teaching.candidates import roll_back

    switch = roll_back(invocation.settings(context))
    _record(context, "roll back pack", switch)
    _print_switch(switch, json=json)


def _record(context: typer.Context, act: str, switch: PackSwitch) -> None:
    with invocation.open_store(context) as store:
        local_caller.record(store, act, switch.in_use, after={"instead_of": switch.before})


def _print_switch(switch: PackSwitch, *, json: bool) -> None:
    if json:
        output.print_json(switch.as_json())
        return
    for fault in switch.faults:
        output.print_note(f"passed over: {fault}")
    output.print_note(
        f"in use: {switch.in_use} (before: {switch.before}); a running service takes it within 5 s"
    )
