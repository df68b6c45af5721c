"""`monitor db`: upgrade, copy, back up, index and prune the database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import invocation, output
from monitor.cli.options import Json

if TYPE_CHECKING:
    from monitor.actions.operations.prune_report import PruneReport

app = typer.Typer(
    help="Upgrade, copy, back up, index and prune the database.", no_args_is_help=True
)


@app.command()
def upgrade(context: typer.Context) -> None:
    """Bring the database to this program's schema.  SQLite does so by itself at start."""
    from monitor.actions.operations.backups import upgrade_database

    revision = upgrade_database(invocation.settled_settings(context))
    output.print_change("upgraded", "database", "", f"revision {revision}")


@app.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist yet.")],
) -> None:
    """Copy a SQLite database while the service runs."""
    from monitor.actions.operations.backups import back_up_database

    with invocation.open_store(context) as store:
        back_up_database(store, file)
    output.print_change("copied", "database", "", f"to {file}")


@app.command()
def copy(
    context: typer.Context,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="URL",
            help="An empty database: postgresql://USER@HOST/NAME, or sqlite:///FILE.",
        ),
    ],
    json: Json = False,
) -> None:
    """Copy every row into an empty database, and compare the numbers of rows.

    From SQLite to PostgreSQL or back, while no service runs.  Alerts keep their states: none is
    sent again.  A password in the address stays in the history of the shell: a `~/.pgpass` file or
    PGPASSWORD does not.
    """
    from monitor.actions.operations.database_copies import copy_database

    with invocation.open_store(context) as store:
        copied = copy_database(store, to)
    if json:
        output.print_json(copied.as_json())
        return
    rows = [(table, f"{number:,}") for table, number in copied.rows.items() if number]
    output.print_table(("table", "rows"), rows, empty="the database has no rows")
    state = f"{copied.total:,} rows; both databases have the same numbers"
    output.print_change("copied", "database", "", state)
    output.print_note("next: set database.url to the copy's address and start `monitor run`")


@app.command()
def index(context: typer.Context) -> None:
    """Index the words of articles stored before there was a search; `monitor run` does so, too."""
    from monitor.actions.reading.searches import rebuild_index_step

    with invocation.open_store(context) as store:
        progress = rebuild_index_step(store)
        while not progress.is_complete:
            output.print_note(f"{progress.indexed:,} of {progress.articles:,} articles")
            progress = rebuild_index_step(store)
        store.refresh_statistics()
    state = f"the words of all {progress.articles:,} articles"
    output.print_change("indexed", "database", "", state)


@app.command()
def prune(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be removed.")
    ] = False,
    compact: Annotated[
        bool,
        typer.Option("--compact", help="Then shrink the file of SQLite; no service may run."),
    ] = False,
    json: Json = False,
) -> None:
    """Remove what `[retention]` no longer keeps, and show the sizes of the tables.

    `monitor run` does so by itself, a little at a time.
    """
    from monitor.actions.operations import prune_report
    from monitor.runtime import clock

    settings, now = invocation.settings(context), clock.now()
    with invocation.open_store(context) as store:
        if dry_run:
            report = prune_report.report_prunable(store, settings, now)
        else:
            report = prune_report.prune(store, settings, now)
        if compact and not dry_run:
            prune_report.compact_database(store, settings)
    if json:
        output.print_json(report.as_json())
    else:
        _print_pruned(report)


_KINDS = {
    "texts": "texts of rejected articles",
    "articles": "rejected articles, whole",
    "attempts": "attempts of accepted alerts",
    "events": "events for programs that follow them",
    "exports": "files of jobs",
}


def _print_pruned(report: PruneReport) -> None:
    from monitor.text.formats import zoned_instant

    outcome = "nothing was changed; would be removed" if report.is_dry_run else "removed"
    output.print_note(f"{outcome}: {sum(line.rows for line in report.lines):,} rows")
    rows = [
        [
            _KINDS[line.kind.value],
            line.kept_text,
            zoned_instant(line.before) if line.before else "",
            f"{line.rows:,}",
            "" if line.text_bytes is None else f"{line.text_bytes / 1e6:,.1f} MB",
        ]
        for line in report.lines
    ]
    columns = ["what", "kept", "older than", "rows", "texts"]
    output.print_table(columns, rows, empty="", optional=("texts",))
    sizes = [
        [
            size.table,
            "" if size.rows is None else f"{size.rows:,}",
            "" if size.size_bytes is None else f"{size.size_bytes / 1e6:,.1f} MB",
        ]
        for size in report.tables
        if size.rows or size.rows is None
    ]
    output.print_table(["table", "rows", "with indexes"], sizes, empty="the database is empty")
    if not report.is_dry_run:
        total = sum(line.rows for line in report.lines)
        output.print_change("pruned", "database", "", f"{total:,} rows removed")
