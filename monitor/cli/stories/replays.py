"""`monitor stories replay`: group the articles of a period anew, and say what would differ."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

import typer

from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import AuditReason, Json
from monitor.cli.stories.replay_lines import print_replay
from monitor.runtime import clock

_LOOK = 0.5  # seconds between two looks at the job


def replay(
    context: typer.Context,
    since: Annotated[
        str,
        typer.Option(metavar="30d", help="Articles seen from then on: a time ago, or a date."),
    ] = "",
    until: Annotated[
        str, typer.Option(metavar="DATE", help="Articles seen before then; by default until now.")
    ] = "",
    topic: Annotated[
        str, typer.Option(metavar="NAME", help="Of this topic; one without stories is refused.")
    ] = "",
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for the end of the job, and print its result.")
    ] = False,
    reason: AuditReason = "",
    json: Json = False,
) -> None:
    """Group the articles of a period anew, as a job; `monitor jobs show` prints what would differ.

    Nothing is changed. The pack and the settings are those of now; what people merged, split and
    renamed holds.
    """
    from monitor.actions.jobs.job_waiting import wait_for_result
    from monitor.actions.jobs.offered_files import whole_job_as_json
    from monitor.actions.jobs.replay_requests import ReplayOptions, start_replay

    settings, now = invocation.settled_settings(context), clock.now()
    options = ReplayOptions(since=since, until=until, topic=topic, reason=reason)
    with invocation.open_store(context) as store:
        job = start_replay(store, settings, options, local_caller.caller(now), now)
        if wait:
            waiting = wait_for_result(
                store,
                job.key,
                clock=clock.now,
                pause=partial(asyncio.sleep, _LOOK),
                on_progress=output.print_note,
            )
            job = asyncio.run(waiting)
    if json:
        output.print_json(whole_job_as_json(job))
    elif job.result is not None:
        print_replay(job.result)
    else:
        state = f"waits for a worker; `monitor jobs show {job.key[:8]}` has its result"
        output.print_change("started", "job", job.kind.value, state, key=job.key)
