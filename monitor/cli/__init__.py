"""Command line: `monitor <noun> <verb>`, one file or folder per noun, over the actions.

Tables for people and `--json` for programs go to standard output, everything else to standard
error.  Exit code 0: done, 1: failed, 2: usage or configuration.  Command bodies import heavy
modules when they run, so that `monitor --help` stays quick.
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
from monitor.cli import (
    articles,
    deliveries,
    demo,
    doctor,
    export,
    feeds,
    figures,
    keywords,
    marks,
    model,
    output,
    poll_deliver,
    service,
    silences,
    stories,
    subscriptions,
)
from monitor.cli.access import audit_commands, open_console, people_commands, token_commands
from monitor.cli.invocation import GlobalOptions
from monitor.cli.reading import review_commands, saved_search_commands, search, stats
from monitor.cli.workspace import (
    apply_setup,
    backup_commands,
    check_config,
    database,
    init_workspace,
)
from monitor.domain.errors import MonitorError, StoreBusy

app = typer.Typer(
    name="monitor",
    help="Watchpost: poll news feeds, flag articles that matter, alert subscribers, show why.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},  # commands inherit it
)
app.command("demo")(demo.demo)
app.command("init")(init_workspace.init)
app.command("run")(service.run)
app.command("poll")(poll_deliver.poll_once)
app.command("deliver")(poll_deliver.deliver_once)
app.add_typer(feeds.app, name="feeds")
app.add_typer(articles.app, name="articles")
app.command("search")(search.search)
app.add_typer(saved_search_commands.app, name="searches")
app.command("explain")(articles.explain)
app.command("export")(export.export)
app.add_typer(subscriptions.app, name="subscriptions")
app.add_typer(deliveries.app, name="deliveries")
app.add_typer(silences.app, name="silences")
app.add_typer(keywords.app, name="keywords")
app.add_typer(marks.app, name="marks")
app.add_typer(marks.app, name="label", hidden=True)  # older name; until the release after 0.1
app.add_typer(review_commands.app, name="review")
app.add_typer(model.app, name="model")
app.add_typer(stories.app, name="stories")
app.add_typer(figures.app, name="figures")
app.command("console")(open_console.console)
app.add_typer(people_commands.app, name="people")
app.add_typer(token_commands.app, name="tokens")
app.add_typer(audit_commands.app, name="audit")
app.add_typer(check_config.app, name="config")
app.add_typer(database.app, name="db")
app.command("apply")(apply_setup.apply)
app.command("backup")(backup_commands.backup)
app.command("restore")(backup_commands.restore)
app.command("stats")(stats.stats)
app.command("doctor")(doctor.doctor)


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
