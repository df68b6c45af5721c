"""`monitor poll` and `monitor deliver`: one round, by hand or by cron."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import invocation, output
from monitor.domain.alerts import Attempt, Outcome, PollResult
from monitor.runtime import clock, logs, report

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def poll_once(
    context: typer.Context,
    feed: Annotated[
        list[str] | None, typer.Option(help="Only this feed (key or URL), due or not.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every feed, due or not.")] = False,
    alert_backlog: Annotated[
        bool, typer.Option(help="Alert for what a first poll finds, too.")
    ] = False,
    json: Json = False,
) -> None:
    """Ask the feeds that are due, now; what is new is judged, stored and promised."""
    from monitor.actions.collecting.feeds import find_feed
    from monitor.runtime import build

    chosen = invocation.settled_settings(context)
    logs.start(json_lines=chosen.log.format == "json", level="warning")
    started = time.monotonic()
    with build.open_store(chosen) as store:
        only = [find_feed(store, which).key for which in feed] if feed else None
        with progress(visible=not json) as settled:
            polled = asyncio.run(
                _poll_until_none_is_due(
                    chosen,
                    store,
                    only=only,
                    due_only=not (feed or all_),
                    backlog=alert_backlog,
                    settled=settled,
                )
            )
        failing = [store.feeds.find(one.feed_key) for one in polled if report.failed(one)]
    counts = {**report.poll_counts(polled), "seconds": round(time.monotonic() - started, 3)}
    if json:
        output.as_json(counts)
        return
    output.note(f"{report.poll_line(polled)} ({counts['seconds']:.1f} s)")
    for broken in failing:
        if broken is not None:
            output.note(f"  {broken.url}: {broken.poll.last_error}")


Settled = Callable[[Sequence[PollResult]], None]


@contextmanager
def progress(*, visible: bool) -> Iterator[Settled]:
    """A line on a terminal's standard error that counts what was read; nothing anywhere else."""
    if not visible or not sys.stderr.isatty():
        yield lambda polled: None
        return
    from rich.console import Console

    done: list[PollResult] = []
    with Console(stderr=True).status("asking the publishers …") as status:

        def settled(polled: Sequence[PollResult]) -> None:
            done.extend(polled)
            status.update(f"{report.poll_line(done)} …")

        yield settled


async def _poll_until_none_is_due(
    chosen: Settings,
    store: Store,
    *,
    only: list[str] | None,
    due_only: bool,
    backlog: bool,
    settled: Settled,
) -> list[PollResult]:
    """Claim and poll, a few hundred at a time, until none is left."""
    from monitor.pipeline import poll
    from monitor.runtime import build

    now = clock.now()
    known = store.feeds.list()
    due = [feed.key for feed in known if not due_only or feed.poll.due_at <= now]
    wanted = only if only is not None else due
    size = build.FEEDS_AT_ONCE
    pages = [wanted[start : start + size] for start in range(0, len(wanted), size)]
    polled: list[PollResult] = []
    with closing(build.StoreThread()) as run_in_store:
        async with build.poll_context(chosen, store, run_in_store) as context:
            for keys in pages:
                claim = partial(
                    store.feeds.claim,
                    now,
                    limit=size,
                    lease=chosen.poll.lease,
                    only=keys,
                    due_only=due_only,
                )
                claimed = await run_in_store(claim)
                polled += await poll.poll(
                    claimed, now, context, alert_backlog=backlog, settled=settled
                )
    return polled


def deliver_once(context: typer.Context, json: Json = False) -> None:
    """Send every alert that is due, now."""
    chosen = invocation.settled_settings(context)
    logs.start(json_lines=chosen.log.format == "json", level="warning")
    with invocation.open_store(context) as store:
        attempts = asyncio.run(_deliver_until_none_is_due(chosen, store))
    if json:
        output.as_json(report.deliver_counts(attempts))
        return
    output.note(report.deliver_line(attempts))
    for attempt in attempts:
        if attempt.outcome is not Outcome.SENT:
            output.note(f"  {attempt.alert_key[:8]} {attempt.outcome}: {attempt.detail}")


async def _deliver_until_none_is_due(chosen: Settings, store: Store) -> list[Attempt]:
    from monitor.pipeline import deliver
    from monitor.runtime import build

    now = clock.now()
    attempts: list[Attempt] = []
    with closing(build.StoreThread()) as run_in_store:
        async with build.delivery_context(chosen, store, run_in_store) as context:
            while done := await deliver.deliver(now, context):
                attempts += done
    return attempts
