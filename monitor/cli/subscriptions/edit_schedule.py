"""`monitor subscriptions edit`: another filter or delivery schedule."""

from __future__ import annotations

import typer

from monitor.actions.subscribing import subscriptions as subscription_actions
from monitor.actions.subscribing.delivery_schedules import ScheduleOptions, next_message
from monitor.actions.subscribing.filters import parse_filter
from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import SubscriptionArgument
from monitor.cli.subscriptions.schedule_options import (
    AtOption,
    BudgetOption,
    EmptyOption,
    FilterOption,
    FrequencyOption,
    GroupOption,
    OnOption,
    QuietOption,
    RepeatOption,
    ZoneOption,
)
from monitor.deliver.messages.schedule_text import schedule_phrase
from monitor.domain.errors import ConfigError
from monitor.domain.stories import Repeat
from monitor.runtime import clock

_REPEATS = {
    Repeat.FACTS: "of a story: its first article, and those that bring something new",
    Repeat.STORY: "of a story: its first article only",
    Repeat.EVERY: "of a story: every article",
}


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
    repeat: RepeatOption = None,
    question: FilterOption = None,
) -> None:
    """Change the delivery schedule; alerts that are held follow the new one.

    --repeat and --filter choose which articles are told, from the next one on.
    """
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
    if change == ScheduleOptions() and repeat is None and question is None:
        raise ConfigError(
            "say what to change: --cadence, --at, --zone, --quiet, --budget, --repeat, --filter, …"
        )
    now = clock.now()
    with invocation.open_store(context) as store:
        if question is not None:
            article_filter = parse_filter(store, question, now)
            subscription_actions.change_filter(store, subscription, article_filter)
        if repeat is not None:
            subscription_actions.change_repeat(store, subscription, repeat)
        changed = subscription_actions.change_schedule(store, subscription, change, now)
        after = {
            "schedule": schedule_phrase(changed.subscription.cadence),
            "filter": changed.subscription.filter.text if changed.subscription.filter else None,
        }
        name = changed.subscription.name
        local_caller.record(store, "change schedule", name, after=after)
    output.print_note(
        f"{changed.subscription.name} is alerted {schedule_phrase(changed.subscription.cadence)}"
    )
    output.print_note(_REPEATS[changed.subscription.repeat])
    if changed.subscription.filter:
        output.print_note(f"of articles that meet: {changed.subscription.filter.text}")
    output.print_note(next_message(changed.subscription, changed.outlook, now))
