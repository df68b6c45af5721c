"""The invocation of a command: its settings and its open store, from the global options."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from monitor.domain.errors import ConfigError

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


PROGRAM = "monitor"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """The values of the options before the command."""

    file: Path | None = None


def program() -> str:
    """The word that runs this program in the person's shell: "monitor", or its path.

    `make` and a virtual environment that is not activated run it by its path.
    """
    path, on_path = Path(sys.argv[0]), shutil.which(PROGRAM)
    if path.name != PROGRAM or (on_path and Path(on_path).resolve() == path.resolve()):
        return PROGRAM
    return shlex.quote(str(path.absolute()))


def file(context: typer.Context) -> Path | None:
    """The path of the configuration file as the person wrote it; None where there is none."""
    from monitor.settings import loader

    options: GlobalOptions = context.obj or GlobalOptions()
    return options.file or loader.find_file(os.environ)


def settings(
    context: typer.Context, overrides: Mapping[str, Mapping[str, object]] | None = None
) -> Settings:
    """The settings of all layers.  Raise ConfigError."""
    from monitor.settings import loader

    return loader.load(file(context), overrides=overrides)


def settled_settings(context: typer.Context) -> Settings:
    """The settings of a command that uses the database: they must name which one.

    Raise ConfigError when there is neither a configuration file nor `database.url`.
    """
    values = settings(context)
    if values.path is None and not values.database.url:
        raise ConfigError(
            "no monitor.toml in this folder: `monitor init` makes one here, --config FILE or"
            " MONITOR_CONFIG names one elsewhere"
        )
    return values


def topic_settings(context: typer.Context, topic: str | None) -> Settings:
    """The settings with this topic first.  Raise InvalidOption for one that is not watched."""
    from monitor.actions.option_values import settings_of_topic

    return settings_of_topic(settings(context), topic or "")


@contextmanager
def open_store(context: typer.Context) -> Iterator[Store]:
    """The database of the settings; closed when the block ends."""
    from monitor.runtime import build

    store = build.open_store(settled_settings(context))
    try:
        yield store
    finally:
        store.close()


def run(work: Coroutine[Any, Any, T]) -> T:
    """The result of asynchronous work.

    Only the few commands that ask publishers import asyncio, which takes 40 ms.
    """
    import asyncio

    return asyncio.run(work)
