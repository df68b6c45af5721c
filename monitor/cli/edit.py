"""`monitor subscriptions edit`: another cadence for who is told already."""

from __future__ import annotations

from dataclasses import replace

import typer

from monitor.cli import cadence, invocation, output
from monitor.cli.subscriptions import Which, found
from monitor.deliver.messages.schedule_text import described
from monitor.domain.errors import ConfigError
from monitor.runtime import clock


def edit(
    context: typer.Context,
    subscription: Which,
    told: cadence.Told = None,
    at: cadence.At = None,
    on: cadence.On = None,
    zone: cadence.Zone = None,
    quiet: cadence.Quiet = None,
    budget: cadence.Budget = None,
    group: cadence.Group = None,
    empty: cadence.Empty = None,
) -> None:
    """Change when a subscription is told; what is held for it goes with the new cadence."""
    wanted = cadence.ScheduleOptions(
        every=told, at=at, on=on, zone=zone, quiet=quiet, budget=budget, group=group, empty=empty
    )
    if wanted == cadence.ScheduleOptions():
        raise ConfigError("say what to change: --cadence, --at, --zone, --quiet, --budget, …")
    now = clock.now()
    with invocation.open_store(context) as store:
        before = found(store, subscription)
        after = replace(before, cadence=cadence.asked(before.cadence, wanted))
        store.digests.change_cadence(before.key, after.cadence, now)
        outlook = store.digests.outlook()[before.key]
    output.note(f"{after.name} is told {described(after.cadence)}")
    output.note(cadence.next_told(after, outlook, now))
