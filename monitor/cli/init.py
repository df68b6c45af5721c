"""`monitor init`: everything a service needs, in one folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import output
from monitor.domain.errors import ConfigError
from monitor.runtime import clock
from monitor.settings import resources


def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where.")] = Path(),
    bare: Annotated[bool, typer.Option("--bare", help="Without the starter feeds.")] = False,
) -> None:
    """Write monitor.toml, make the database, add the starter feeds.  Nothing is overwritten."""
    from monitor.cli.feed_lists import import_list
    from monitor.runtime import build
    from monitor.settings import loader

    file = folder / loader.FILE_NAME
    _write(file, resources.path("config", "example.toml").read_text(encoding="utf-8"))
    chosen = loader.load(file)
    with build.open_store(chosen) as store:
        added = 0
        if not bare:
            starter = resources.path("config", "feeds.opml")
            added = import_list(store, starter, chosen, clock.now()).added
    command = "monitor" if folder == Path() else f"monitor --config {file}"
    output.note(f"wrote {file}" + (f" and added {added} starter feeds" if added else ""))
    output.note(
        "\n".join(
            (
                "next:",
                f"  {command} subscriptions add me --email you@example.org",
                f"  {command} run",
                f"settings are explained in {file}; `{command} doctor` checks all of it",
            )
        )
    )


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
    except FileExistsError:
        raise ConfigError(f"{file} is there already: edit it, or choose another folder") from None
    except OSError as error:
        raise ConfigError(f"{file}: can't be written: {error.strerror}") from None
