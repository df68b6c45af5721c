"""`monitor export`: write articles as a feed, a table, or a JSON line each."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor.actions.option_values import parse_duration
from monitor.actions.reading.exports import ExportFormat
from monitor.cli import invocation, output
from monitor.domain.errors import ConfigError
from monitor.domain.tiers import Tier
from monitor.runtime import clock


def export(
    context: typer.Context,
    form: Annotated[
        ExportFormat | None, typer.Option("--format", help="A feed, a table, or a line each.")
    ] = None,
    setup: Annotated[
        bool,
        typer.Option(
            "--setup", help="Instead of articles: feeds, subscriptions, silences as TOML."
        ),
    ] = False,
    since: Annotated[
        str | None, typer.Option(metavar="7d", help="Only articles seen within this time.")
    ] = None,
    theme: Annotated[
        str | None, typer.Option(metavar="SLUG", help="Only articles of this theme.")
    ] = None,
    subscription: Annotated[
        str | None,
        typer.Option(help="Only articles that this subscription (name or key) asks for."),
    ] = None,
    tier: Annotated[
        Tier | None, typer.Option(help="Only articles of this tier, as “review”.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Include rejected articles.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write to this file instead of standard output."),
    ] = None,
) -> None:
    """Export articles: the newest 500 as a feed, or all of them as CSV or JSON Lines.

    --setup exports feeds, subscriptions and silences without secrets, for `monitor apply`.  A file
    is replaced whole, or left as it was.
    """
    if setup == (form is not None):
        raise ConfigError("say what to export: --format for articles, or --setup")
    if form is None:
        _export_setup(context, out)
        return
    from monitor.actions.output_files import write_file
    from monitor.actions.reading.exports import ExportRequest, export_articles
    from monitor.actions.subscribing.subscriptions import find_subscription

    settings, now = invocation.settled_settings(context), clock.now()
    after = now - parse_duration(since, "since") if since else None
    with invocation.open_store(context) as store:
        request = ExportRequest(
            format=form,
            since=after,
            theme=theme,
            subscription=find_subscription(store, subscription) if subscription else None,
            include_rejected=all_,
            tier=tier,
        )
        pieces = export_articles(store, request, settings, now)
        if out:
            output.print_note(f"wrote {write_file(pieces, out):,} bytes to {out}")
            return
        for piece in pieces:
            sys.stdout.buffer.write(piece)


def _export_setup(context: typer.Context, out: Path | None) -> None:
    from monitor.actions.output_files import write_file
    from monitor.actions.setup.setup_export import export_setup

    with invocation.open_store(context) as store:
        text = export_setup(store, clock.now())
    if out:
        output.print_note(f"wrote {write_file(iter([text.encode()]), out):,} bytes to {out}")
        return
    typer.echo(text, nl=False)
