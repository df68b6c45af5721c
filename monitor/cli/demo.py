"""`monitor demo`: see it work, without network, mail server or secrets."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.domain.errors import ConfigError
from monitor.runtime import logs

if TYPE_CHECKING:
    from monitor.demo.play import Play
    from monitor.domain.alerts import PollResult
    from monitor.domain.articles import Article


def demo(
    folder: Annotated[
        Path | None,
        typer.Option("--dir", help="Keep the database and the mails here; else a new folder."),
    ] = None,
) -> None:
    """Serve sample feeds on loopback, poll them twice, flag, alert, and show what happened."""
    from monitor.demo.play import play

    logs.start(json_lines=False, level="error")
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="watchpost-demo-"))
    elif folder.exists() and any(folder.iterdir()):
        raise ConfigError(f"{folder} is not empty: the demo wants a folder of its own")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{folder}: can't be made: {error.strerror}") from None
    played = play(folder)
    _tell(played, folder)
    if not played.succeeded:
        sys.stderr.write("monitor: the demo did not end as it should\n")
        raise typer.Exit(1)


def _tell(played: Play, folder: Path) -> None:
    from rich.text import Text

    out = output.console()
    for number, polled in enumerate((played.first, played.second), 1):
        told = "" if number == 1 else ", three days later in the story"
        out.print(Text(f"\nPoll {number}{told}", style="bold"))
        output.table(
            ("feed", "state", "read", "new", "flagged", "alerts"),
            sorted(_row(one, played) for one in polled),
            empty="",
        )
        for one in polled:
            if one.state.last_error:
                out.print(Text(f"{played.titles[one.feed_key]}: {one.state.last_error}"))
        if number == 1:
            out.print(Text("A feed's first poll is its past: kept, judged, alerted to nobody."))
    out.print(Text("\nFlagged, and why", style="bold"))
    for article in played.flagged:
        out.print(_account(article, played))
    good = sum(call.genuine for call in played.received)
    out.print(Text("Told", style="bold"))
    out.print(Text(f"  {len(played.letters)} mails in {folder}"))
    out.print(Text(f"  {len(played.received)} webhook calls, {good} with a good signature"))
    out.print(Text("\nTry: monitor init my-watch && cd my-watch && monitor run", style="dim"))


def _row(polled: PollResult, played: Play) -> tuple[str, ...]:
    flagged = sum(article.decision.relevant for article in polled.articles)
    return (
        played.titles[polled.feed_key],
        polled.state.state,
        str(polled.entries),
        str(len(polled.articles)),
        str(flagged),
        str(len(polled.alerts)),
    )


def _account(article: Article, played: Play) -> object:
    from rich.text import Text

    decision = article.decision
    themes = ", ".join(f"{slug} {decision.themes[slug]:.0%}" for slug in decision.labels)
    terms = ", ".join(f"{term.text} {term.weight:+.1f}" for term in decision.terms[:5])
    return Text.assemble(
        (f"  {decision.score:.2f} ", "bold green"),
        (article.entry.title, "bold"),
        (f"\n       {played.titles[article.feed_key]}, {article.entry.language}: ", "dim"),
        themes,
        ("\n       because of: ", "dim"),
        terms,
        "\n",
    )
