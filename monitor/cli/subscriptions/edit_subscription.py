"""`monitor subscriptions edit`: another name, address, filter or delivery schedule."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.actions.header_files import read_headers
from monitor.actions.option_values import check_topics
from monitor.actions.subscribing import destinations
from monitor.actions.subscribing.delivery_schedules import ScheduleOptions, next_message
from monitor.actions.subscribing.subscription_edits import (
    NO_EDIT,
    EditedSubscription,
    SubscriptionEdit,
    edit_subscription,
)
from monitor.actions.subscribing.subscriptions import find_subscription
from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import HeaderFile, Json, SubscriptionArgument
from monitor.cli.subscriptions.filter_text import filters_text
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
    TierOption,
    ZoneOption,
)
from monitor.deliver.messages.schedule_text import schedule_phrase
from monitor.domain.alerts import About
from monitor.domain.errors import ConfigError
from monitor.domain.stories import Repeat
from monitor.runtime import clock

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.deliver.channels.descriptor import Destination
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

_REPEATS = {
    Repeat.FACTS: "of a story: its first article, and those that bring something new",
    Repeat.STORY: "of a story: its first article only",
    Repeat.EVERY: "of a story: every article",
}


def edit(
    context: typer.Context,
    subscription: SubscriptionArgument,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Another name.")] = None,
    address: Annotated[
        str | None,
        typer.Option(
            metavar="ADDR|URL", help="Another address of its channel; a webhook keeps its secret."
        ),
    ] = None,
    header_file: HeaderFile = None,
    no_headers: Annotated[
        bool, typer.Option("--no-headers", help="Send a webhook without headers of its own.")
    ] = False,
    topic: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only these topics; or “none”.")
    ] = None,
    theme: Annotated[
        list[str] | None, typer.Option(metavar="SLUG", help="Only these themes; or “none”.")
    ] = None,
    min_score: Annotated[
        float | None, typer.Option(min=0, max=1, help="Only from this score; 0: any.")
    ] = None,
    lang: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="Only these languages; or “none”.")
    ] = None,
    feed: Annotated[
        list[str] | None, typer.Option(help="Only these feeds (key or URL); or “none”.")
    ] = None,
    question: FilterOption = None,
    about: Annotated[
        list[About] | None,
        typer.Option(help="What to alert about: articles, stories, spikes, service."),
    ] = None,
    frequency: FrequencyOption = None,
    at: AtOption = None,
    on: OnOption = None,
    zone: ZoneOption = None,
    quiet: QuietOption = None,
    budget: BudgetOption = None,
    group: GroupOption = None,
    empty: EmptyOption = None,
    repeat: RepeatOption = None,
    tier: TierOption = None,
    json: Json = False,
) -> None:
    """Change a subscription; what is not named stays, and so do its secrets.

    An option that may be repeated replaces the whole list.  Filters count from the next article on;
    alerts that are held follow the new schedule, and those that wait go to the new address.
    """
    change = SubscriptionEdit(
        name=name,
        headers=() if no_headers else read_headers(header_file) if header_file else None,
        topics=topic,
        themes=theme,
        languages=lang,
        feeds=feed,
        min_score=min_score,
        question=question,
        about=about,
        repeat=repeat,
        tier=tier,
        schedule=ScheduleOptions(
            frequency=frequency,
            at=at,
            on=on,
            zone=zone,
            quiet=quiet,
            budget=budget,
            group=group,
            empty=empty,
        ),
    )
    if change == NO_EDIT and address is None:
        raise ConfigError(
            "say what to change: --name, --address, --topic, --theme, --lang, --feed, --min-score,"
            " --filter, --about, --cadence, --at, --zone, --quiet, --budget, --repeat, --tier, …"
        )
    _apply(context, subscription, change, address, json)


def _apply(
    context: typer.Context,
    key_or_name: str,
    change: SubscriptionEdit,
    address: str | None,
    json: bool,
) -> None:
    from dataclasses import replace

    from monitor.runtime import topics

    settings, now = invocation.settled_settings(context), clock.now()
    themes = topics.theme_titles(settings)
    if change.topics and list(change.topics) != ["none"]:
        check_topics(change.topics, topics.settings_by_topic(settings))
    with invocation.open_store(context) as store:
        if address is not None:
            change = replace(
                change, destination=_destination(store, key_or_name, address, settings)
            )
        caller = local_caller.caller(now)
        edited = edit_subscription(store, key_or_name, change, caller, now, themes)
    if json:
        output.print_json(edited.status.as_json())
        return
    _print_edited(edited, now)


def _destination(store: Store, key_or_name: str, text: str, settings: Settings) -> Destination:
    """The new address, checked as that of a new subscription of the same channel."""
    channel = find_subscription(store, key_or_name).channel
    destination = destinations.parse_destination(channel, text, settings.egress.allow)
    remark = asyncio.run(destinations.probe_destination(destination, settings))
    if remark:
        output.print_note(remark)
    return destination


def _print_edited(edited: EditedSubscription, now: datetime) -> None:
    changed = edited.subscription
    if edited.changed:
        done, state = "changed", f"alerted {schedule_phrase(changed.cadence)}"
    else:
        done, state = "kept", "nothing changed: it was so already"
    output.print_change(done, "subscription", changed.name, state, key=changed.key)
    if "address" in edited.changed:
        output.print_note(f"sends to {changed.address}")
    output.print_note(_REPEATS[changed.repeat])
    output.print_note(f"about: {filters_text(changed)}")
    output.print_note(next_message(changed, edited.status.outlook, now))
