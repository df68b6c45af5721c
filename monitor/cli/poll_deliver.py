"""`monitor poll` and `monitor deliver`: one round, by hand or by cron."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer

from monitor.cli import invocation, output
from monitor.cli.options import Json
from monitor.domain.alerts import Outcome, PollCounts, PollResult
from monitor.runtime import clock, logs, report


def poll_once(
    context: typer.Context,
    feed: Annotated[
        list[str] | None, typer.Option(help="Only this feed (key or URL), whether due or not.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every feed, whether due or not.")] = False,
    alert_backlog: Annotated[
        bool, typer.Option(help="Also alert for articles that a first poll finds.")
    ] = False,
    json: Json = False,
) -> None:
    """Poll the feeds that are due, once.  New articles are judged and stored, alerts queued."""
    from monitor.actions.collecting.feeds import find_feed
    from monitor.actions.operations.rounds import PollRequest, poll_feeds, unpolled_notes
    from monitor.runtime import build

    settings = invocation.settled_settings(context)
    logs.start(json_lines=settings.log.format == "json", level="warning")
    started = time.monotonic()
    with build.open_store(settings) as store:
        request = PollRequest(
            feed_keys=tuple(find_feed(store, key_or_url).key for key_or_url in feed)
            if feed
            else None,
            due_only=not (feed or all_),
            alert_backlog=alert_backlog,
        )
        with _progress(visible=not json) as on_commit:
            polled = asyncio.run(poll_feeds(store, request, settings, clock.now(), on_commit))
        failing = [store.feeds.find(result.feed_key) for result in polled if report.failed(result)]
        notes = unpolled_notes(store, request, polled)
    for note in notes:
        output.print_note(note)
    counts = {**report.poll_counts(polled), "seconds": round(time.monotonic() - started, 3)}
    if json:
        output.print_json(counts)
        return
    output.print_note(f"{report.poll_line(polled)} ({counts['seconds']:.1f} s)")
    for failed in failing:
        if failed is not None:
            output.print_note(f"  {failed.url}: {failed.poll.last_error}")


@contextmanager
def _progress(*, visible: bool) -> Iterator[Callable[[Sequence[PollResult]], None]]:
    """A status line on a terminal's standard error that counts polled feeds; else nothing."""
    if not visible or not sys.stderr.isatty():
        yield lambda results: None
        return
    from rich.console import Console

    so_far: list[PollCounts] = []
    with Console(stderr=True).status("polling feeds …") as status:

        def on_commit(results: Sequence[PollResult]) -> None:
            so_far.extend(result.counts() for result in results)
            status.update(f"{report.poll_line(so_far)} …")

        yield on_commit


def deliver_once(context: typer.Context, json: Json = False) -> None:
    """Send every alert that is due, now."""
    from monitor.actions.operations.rounds import deliver_alerts

    settings = invocation.settled_settings(context)
    logs.start(json_lines=settings.log.format == "json", level="warning")
    with invocation.open_store(context) as store:
        attempts = asyncio.run(deliver_alerts(store, settings, clock.now()))
    if json:
        output.print_json(report.deliver_counts(attempts))
        return
    output.print_note(report.deliver_line(attempts))
    for attempt in attempts:
        if attempt.outcome is not Outcome.SENT:
            output.print_note(f"  {attempt.alert_key[:8]} {attempt.outcome}: {attempt.detail}")
