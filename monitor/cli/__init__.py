"""Command line: `monitor <noun> <verb>`, one file or folder per noun, over the actions.

`command_table.py` names them; each is imported when it is used.

Tables for people and `--json` for programs go to standard output, everything else to standard
error.  Exit code 0: done, 1: failed, 2: usage or configuration.  Command bodies import heavy
modules when they run, so that the help of a command stays quick.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from monitor import __version__, failpoints
from monitor.actions.option_values import InvalidOption
from monitor.cli import output
from monitor.cli.command_table import LazyGroup
from monitor.cli.invocation import GlobalOptions
from monitor.domain.errors import MonitorError, StoreBusy

app = typer.Typer(
    name="monitor",
    cls=LazyGroup,
    help="Watchpost: poll news feeds, flag articles that matter, alert subscribers, show why.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},  # commands inherit it
)


# A full device, quota or file: a closed pipe is none of them.
_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def _print_version(shown: bool) -> None:
    if shown:
        typer.echo(f"Watchpost {__version__}")
        raise typer.Exit


@app.callback()
def main(
    context: typer.Context,
    config_file: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="The configuration to use; else MONITOR_CONFIG, else ./monitor.toml.",
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    context.obj = GlobalOptions(file=config_file)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; return its exit code.  An output that is full is one line, too."""
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        output.discard_rest()
        typer.echo(f"monitor: the output can't be written: {error.strerror}", err=True)
        return 1
    return code


def _run(arguments: Sequence[str]) -> int:
    """A MonitorError becomes one line of output."""
    output.replace_missing_letters()
    try:
        failpoints.arm(os.environ)
        app(args=list(arguments), prog_name="monitor")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except MonitorError as error:
        typer.echo(f"monitor: {_sentence(error)}", err=True)
        return 1 if isinstance(error, StoreBusy) else 2
    return 0


def _sentence(error: MonitorError) -> str:
    """The text of the error, with an option as it is typed: "empty_digest" → "--empty-digest"."""
    if isinstance(error, InvalidOption) and error.option.isidentifier():
        return f"--{error.option.replace('_', '-')} {error.problem}"
    return str(error)
