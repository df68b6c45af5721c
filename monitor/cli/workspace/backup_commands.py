"""`monitor backup` and `monitor restore`: the whole installation in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import Json
from monitor.runtime import clock
from monitor.text.formats import count_text, size_text


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write: “watchpost.tar.gz”.")],
    json: Json = False,
) -> None:
    """Write database, settings and trained packs into one file, while the service runs.

    The file holds all secrets as they are; only its owner may read it.
    """
    from monitor.actions.operations.whole_backups import back_up, check_folder

    check_folder(file)
    settings = invocation.settled_settings(context)
    with invocation.open_store(context) as store:
        written = back_up(store, settings, file, clock.now())
    if json:
        output.print_json(written.as_json())
        return
    state = (
        f"the database and {count_text(written.files, 'file')}, {size_text(written.size)};"
        " it holds all secrets"
    )
    output.print_change("wrote", "backup", str(written.file), state)
    for remark in written.left_out:
        output.print_note(f"  {remark}")


def restore(
    file: Annotated[Path, typer.Argument(help="A file of `monitor backup`.")],
    into: Annotated[Path, typer.Option(metavar="DIR", help="The folder to restore into.")] = Path(),
    keep_settings: Annotated[
        bool,
        typer.Option("--keep-settings", help="Use the configuration that is there."),
    ] = False,
    json: Json = False,
) -> None:
    """Restore a backup into a folder, and into the database that its settings name.

    All digests are compared before anything changes; nothing is overwritten.  With PostgreSQL the
    database must be empty.
    """
    from monitor.actions.operations.restores import restore as restore_backup

    now = clock.now()
    caller = local_caller.caller(now)
    restored = restore_backup(file, into, caller, now, keep_settings=keep_settings)
    if json:
        output.print_json(restored.as_json())
        return
    state = f"{restored.feeds:,} feeds, {restored.articles:,} articles, as of {restored.created_at}"
    output.print_change("restored", "database", restored.database, state)
    for path in restored.files:
        output.print_note(f"  {path}")
    if restored.waiting:
        output.print_note(
            f"{restored.waiting:,} alerts wait in it, and `monitor run` sends them; those that were"
            " sent after the backup are sent again, under the same keys"
        )
