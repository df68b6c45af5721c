"""Set-up of a new workspace: a folder with monitor.toml, the database and the starter feeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.actions.collecting import feed_lists
from monitor.domain.errors import ConfigError
from monitor.settings import resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """What was made: the configuration file, and how many starter feeds were added."""

    config_file: Path
    feeds_added: int


def create_workspace(folder: Path, *, with_starter: bool, now: datetime) -> Workspace:
    """Write monitor.toml, create the database, add the starter feeds if they are wanted.

    Nothing is overwritten.  Raise ConfigError when there is a configuration already, or when the
    file can't be written.
    """
    from monitor.runtime import build
    from monitor.settings import loader

    file = folder / loader.FILE_NAME
    _write_new(file, resources.path("config", "example.toml").read_text(encoding="utf-8"))
    settings = loader.load(file)
    feeds_added = 0
    with build.open_store(settings) as store:
        if with_starter:
            starter = feed_lists.starter_list()
            imported = feed_lists.import_feeds(store, starter, settings.egress.allow, now)
            feeds_added = imported.added
    return Workspace(config_file=file, feeds_added=feeds_added)


def _write_new(file: Path, text: str) -> None:
    if file.exists():
        raise ConfigError(f"{file} is there already: edit it, or choose another folder")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as opened:  # "x": never over another's file
            opened.write(text)
    except OSError as error:
        raise ConfigError(f"{file}: can't be written: {error.strerror}") from None
