"""From the command line to settings, and to the open store that most commands need."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from monitor.actions.option_values import parse_duration, parse_instant
from monitor.domain.errors import ConfigError

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """What the options before the command said."""

    file: Path | None = None


def file(context: typer.Context) -> Path | None:
    """The configuration file that is meant, as it was named; there need not be one."""
    from monitor.settings import loader

    chosen: GlobalOptions = context.obj or GlobalOptions()
    return chosen.file or loader.find_file(os.environ)


def settings(
    context: typer.Context, overrides: Mapping[str, Mapping[str, object]] | None = None
) -> Settings:
    """Every layer of settings.  Raise ConfigError."""
    from monitor.settings import loader

    return loader.load(file(context), overrides=overrides)


def settled_settings(context: typer.Context) -> Settings:
    """The same for a command that works on the database: it must be clear which one is meant."""
    found = settings(context)
    if found.path is None and not found.database.url:
        raise ConfigError(
            "no monitor.toml in this folder: `monitor init` makes one here, --config FILE or"
            " MONITOR_CONFIG names one elsewhere"
        )
    return found


@contextmanager
def open_store(context: typer.Context) -> Iterator[Store]:
    """The database of the settings, closed at the end."""
    from monitor.runtime import build

    store = build.open_store(settled_settings(context))
    try:
        yield store
    finally:
        store.close()


span, moment = parse_duration, parse_instant  # until every command imports `actions.options`
