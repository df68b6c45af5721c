"""`monitor feeds import` and `export`: whole lists of feeds, as OPML."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.actions.collecting import feed_lists
from monitor.actions.output_files import write_file
from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import Json
from monitor.domain.errors import ConfigError
from monitor.runtime import clock
from monitor.store.one_transaction import in_one_transaction
from monitor.text.formats import count_text

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


def import_list(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="An OPML file.")] = None,
    starter: Annotated[bool, typer.Option("--starter", help="The shipped starter feeds.")] = False,
    json: Json = False,
) -> None:
    """Poll every feed of an OPML list; feeds that are stored already stay as they are."""
    settings = invocation.settled_settings(context)
    if (file is None) != starter:
        raise ConfigError("say which list: an OPML file, or --starter for the shipped one")
    file = file or feed_lists.starter_list()
    with invocation.open_store(context) as store:
        imported = _import(store, file, settings)
    if json:
        output.print_json(imported.as_json())
        return
    for line in imported.refused:
        output.print_note(f"left out: {line}")
    for line in imported.remarks:
        output.print_note(f"note: {line}")
    output.print_change(
        "imported", "list", str(file), f"{count_text(imported.added, 'feed')} added"
    )


@in_one_transaction
def _import(store: Store, file: Path, settings: Settings) -> feed_lists.ImportedList:
    imported = feed_lists.import_feeds(store, file, settings.egress.allow, clock.now())
    local_caller.record(store, "import feeds", file.name, after={"added": imported.added})
    return imported


def export_list(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="Where to write; without it, or with -, standard output.")
    ] = None,
) -> None:
    """Write the feeds as OPML, for any other reader."""
    with invocation.open_store(context) as store:
        document = feed_lists.export_feeds(store)
    if file is None or file == Path("-"):
        typer.echo(document, nl=False)  # bytes: UTF-8, whatever the terminal uses
        return
    write_file([document], file)
