"""`monitor demo`: the whole service without network, mail server or secrets."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import invocation, output, service
from monitor.domain.errors import ConfigError
from monitor.runtime import clock, logs
from monitor.runtime.process import Role, ServiceOptions
from monitor.runtime.report import LogFormat, Report

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from monitor.demo.run_demo import DemoResult
    from monitor.domain.alerts import PollResult
    from monitor.domain.articles import Article

_TERMS_SHOWN = 5


def demo(
    folder: Annotated[
        Path | None,
        typer.Option("--dir", help="Keep the database and the mails here; else a new folder."),
    ] = None,
) -> None:
    """Show the whole service on sample feeds.  It polls them twice, flags and alerts.

    At a terminal its console stays open until Ctrl-C.
    """
    from monitor.demo.run_demo import run_demo

    logs.start(json_lines=False, level="error")
    folder = _empty_folder(folder)
    result = run_demo(folder)
    _print_result(result, folder)
    if result.succeeded and sys.stdin.isatty() and sys.stdout.isatty():
        _serve_console(folder)
    if not result.succeeded:
        sys.stderr.write("monitor: the demo failed: not every alert arrived\n")
        raise typer.Exit(1)


def _serve_console(folder: Path) -> None:
    """Serve the console of the demo until Ctrl-C, at the time of the story."""
    from monitor.demo.run_demo import ROUNDS, demo_settings
    from monitor.runtime import build

    settings, started_at = demo_settings(folder), clock.now()
    output.print_note("\nThe console of the demo is open until Ctrl-C; the link signs you in.")
    with build.open_store(settings) as store:
        options = ServiceOptions(
            settings=settings,
            store=store,
            role=Role.WEB,
            report=Report(LogFormat.TEXT),
            open_site=service.site_opener(
                prints_link=True, now=lambda: ROUNDS[-1] + (clock.now() - started_at)
            ),
        )
        asyncio.run(service.serve(options))


def _empty_folder(folder: Path | None) -> Path:
    """The folder, made if it is not there; a new one if none is given.  Raise ConfigError."""
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="watchpost-demo-"))
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError(f"{folder} is not empty: the demo needs a folder of its own")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{folder}: can't be made: {error.strerror}") from None
    return folder


def _print_result(result: DemoResult, folder: Path) -> None:
    from rich.text import Text

    console = output.console()
    console.print(Text("\nPoll 1", style="bold"))
    _print_polls(console, result.first, result)
    console.print(Text("A feed's first poll is its past: stored and judged, without alerts."))
    console.print(Text("\nPoll 2, three days later in the story", style="bold"))
    _print_polls(console, result.second, result)
    console.print(Text("\nFlagged, and why", style="bold"))
    for article in result.flagged:
        output.print_lines(_account(article, result).split("\n", allow_blank=True))
    good = sum(call.genuine for call in result.received)
    console.print(Text("Sent", style="bold"))
    console.print(Text(f"  {len(result.mails)} mail{'s' * (len(result.mails) != 1)} in {folder}"))
    console.print(Text(f"  {len(result.received)} webhook calls, {good} with a good signature"))
    monitor = invocation.program()
    hint = f"\nTry: {monitor} init my-watch && cd my-watch && {monitor} run"
    console.print(Text(hint, style="dim"), soft_wrap=True)


def _print_polls(console: Console, polls: list[PollResult], result: DemoResult) -> None:
    from rich.text import Text

    output.print_table(
        ("feed", "state", "read", "new", "flagged", "alerts"),
        sorted(_table_row(poll, result) for poll in polls),
        empty="",
    )
    for poll in polls:
        if poll.state.last_error:
            output.print_lines([Text(f"{result.titles[poll.feed_key]}: {poll.state.last_error}")])


def _table_row(poll: PollResult, result: DemoResult) -> tuple[str, ...]:
    flagged = sum(article.decision.relevant for article in poll.articles)
    return (
        result.titles[poll.feed_key],
        poll.state.state,
        str(poll.entries),
        str(len(poll.articles)),
        str(flagged),
        str(len(poll.alerts)),
    )


def _account(article: Article, result: DemoResult) -> Text:
    """Score, headline, feed and language, themes, and the terms with the most weight."""
    from rich.text import Text

    decision = article.decision
    themes = ", ".join(f"{slug} {decision.themes[slug]:.0%}" for slug in decision.labels)
    terms = ", ".join(f"{term.text} {term.weight:+.1f}" for term in decision.terms[:_TERMS_SHOWN])
    return Text.assemble(
        (f"  {decision.score:.2f} ", "bold green"),
        (article.entry.title, "bold"),
        (f"\n       {result.titles[article.feed_key]}, {article.entry.language}: ", "dim"),
        themes,
        ("\n       because of: ", "dim"),
        terms,
        "\n",
    )
