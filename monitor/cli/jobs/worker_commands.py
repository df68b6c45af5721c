"""`monitor workers`: the processes of the service, on every machine."""

from __future__ import annotations

import typer

from monitor.cli import invocation, output
from monitor.cli.options import Json
from monitor.runtime import clock
from monitor.text.formats import short_instant

app = typer.Typer(help="Worker processes, and what they work on.", no_args_is_help=True)


@app.callback()
def workers() -> None:
    """Worker processes, and what they work on."""


@app.command("list")
def list_all(context: typer.Context, json: Json = False) -> None:
    """Every process of the service that was seen within a day, on every machine."""
    from monitor.actions.jobs.job_lists import list_workers

    with invocation.open_store(context) as store:
        listed = list_workers(store, clock.now())
    if json:
        output.print_json([worker.as_json() for worker in listed])
        return
    rows = [
        (
            line.worker.name,
            line.worker.role,
            line.worker.version,
            short_instant(line.worker.seen_at),
            line.state,
            line.worker.basis,
        )
        for line in listed
    ]
    columns = ("name", "role", "version", "seen", "state", "settings")
    output.print_table(
        columns,
        rows,
        wrapped=("state",),
        optional=("settings",),
        empty="no process of the service runs: `monitor run` starts one",
    )
