"""`monitor subscriptions edit`: another delivery schedule."""

from __future__ import annotations

import typer

from monitor.actions.subscribing import subscriptions as subscription_actions
from monitor.actions.subscribing.delivery_schedules import ScheduleOptions, next_message
from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import SubscriptionArgument
from monitor.cli.subscriptions.schedule_options import (
    AtOption,
    BudgetOption,
    EmptyOption,
    FrequencyOption,
    GroupOption,
    OnOption,
    QuietOption,
    ZoneOption,
)
from monitor.deliver.messages.schedule_text import schedule_phrase
from monitor.domain.errors import ConfigError
from monitor.runtime import clock


def edit(
    context: typer.Context,
    subscription: SubscriptionArgument,
    frequency: FrequencyOption = None,
    at: AtOption = None,
    on: OnOption = None,
    zone: ZoneOption = None,
    quiet: QuietOption = None,
    budget: BudgetOption = None,
    group: GroupOption = None,
    empty: EmptyOption = None,
) -> None:
    """Change the delivery schedule; alerts that are held follow the new one."""
    change = ScheduleOptions(
        frequency=frequency,
        at=at,
        on=on,
        zone=zone,
        quiet=quiet,
        budget=budget,
        group=group,
        empty=empty,
    )
    if change == ScheduleOptions():
        raise ConfigError("say what to change: --cadence, --at, --zone, --quiet, --budget, …")
    now = clock.now()
    with invocation.open_store(context) as store:
        changed = subscription_actions.change_schedule(store, subscription, change, now)
        after = {"schedule": schedule_phrase(changed.subscription.cadence)}
        name = changed.subscription.name
        local_caller.record(store, "change schedule", name, after=after)
    output.print_note(
        f"{changed.subscription.name} is alerted {schedule_phrase(changed.subscription.cadence)}"
    )
    output.print_note(next_message(changed.subscription, changed.outlook, now))
