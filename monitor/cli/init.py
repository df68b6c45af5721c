"""`monitor init`: everything a service needs, in one folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor import shipped
from monitor.cli import setting, show
from monitor.domain.errors import ConfigError


def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where.")] = Path(),
    bare: Annotated[bool, typer.Option("--bare", help="Without the starter feeds.")] = False,
) -> None:
    """Write monitor.toml, make the database, add the starter feeds.  Nothing is overwritten."""
    from monitor import app, settings
    from monitor.cli.feed_lists import import_list

    file = folder / settings.FILE_NAME
    _write(file, shipped.path("config", "example.toml").read_text(encoding="utf-8"))
    chosen = settings.load(file)
    with app.open_store(chosen) as store:
        added = 0
        if not bare:
            starter = shipped.path("config", "feeds.opml")
            added = import_list(store, starter, chosen, setting.now()).added
    command = "monitor" if folder == Path() else f"monitor --config {file}"
    show.note(f"wrote {file}" + (f" and added {added} starter feeds" if added else ""))
    show.note(
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
