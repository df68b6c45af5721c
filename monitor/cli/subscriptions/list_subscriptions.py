"""`monitor subscriptions list` and `show`: filters, schedules, and how the receivers do."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import typer

from monitor.actions.header_files import header_names
from monitor.actions.subscribing import subscriptions as subscription_actions
from monitor.actions.subscribing.delivery_schedules import next_message
from monitor.actions.subscribing.subscriptions import SubscriptionDetails, SubscriptionStatus
from monitor.cli import invocation, output
from monitor.cli.options import Json, SubscriptionArgument
from monitor.cli.subscriptions.filter_text import filters_text
from monitor.deliver.messages.schedule_text import schedule_phrase
from monitor.domain.alerts import Subscription, SubscriptionState
from monitor.domain.errors import MonitorError
from monitor.runtime import clock
from monitor.text.formats import short_instant


def list_subscriptions(context: typer.Context, json: Json = False) -> None:
    """Every subscription, its filters and its schedule; secrets are not shown."""
    now = clock.now()
    with invocation.open_store(context) as store:
        statuses = subscription_actions.list_subscriptions(store)
    if json:
        output.print_json([status.as_json() for status in statuses])
        return
    watched = _watched_topics(context)
    output.print_table(
        ("key", "name", "by", "to", "filters", "schedule", "next", "state"),
        [_table_row(status, now, watched) for status in statuses],
        optional=("to", "filters", "schedule"),
        wrapped=("next", "state"),
        empty="no subscriptions yet: `monitor subscriptions add NAME --email ADDR`",
    )


def _watched_topics(context: typer.Context) -> Collection[str] | None:
    """The names of the topics; None where the settings or a pack are wrong, which doctor says."""
    from monitor.runtime import topics

    try:
        return topics.settings_by_topic(invocation.settled_settings(context)).keys()
    except MonitorError:
        return None


def _table_row(
    status: SubscriptionStatus, now: datetime, watched: Collection[str] | None
) -> tuple[str, ...]:
    subscription = status.subscription
    return (
        subscription.key[:8],
        subscription.name,
        subscription.channel,
        subscription.address,
        filters_text(subscription),
        schedule_phrase(subscription.cadence),
        next_message(subscription, status.outlook, now),
        "; ".join(filter(None, (_state(subscription), _unwatched(subscription, watched)))),
    )


def _unwatched(subscription: Subscription, watched: Collection[str] | None) -> str:
    """The topics that it asks for and that were removed from the settings, in a few words."""
    lost = sorted(subscription.topics - set(watched)) if watched is not None else []
    return f"{', '.join(lost)} is not watched any more" if lost else ""


def _state(subscription: Subscription) -> str:
    """The state and its reason; of an active subscription, since when delivery fails."""
    since = subscription.health.failing_since
    if subscription.state is SubscriptionState.ACTIVE and since is not None:
        return f"active, failing since {short_instant(since)}"
    return f"{subscription.state} {subscription.state_reason}".strip()


def show_subscription(
    context: typer.Context, subscription: SubscriptionArgument, json: Json = False
) -> None:
    """One subscription: its filters and schedule, how its receiver does, what waits for it."""
    now = clock.now()
    with invocation.open_store(context) as store:
        details = subscription_actions.show_subscription(store, subscription, now)
    if json:
        output.print_json(details.as_json())
        return
    shown = details.subscription
    counts = ", ".join(f"{count} {state}" for state, count in details.alerts.items())
    facts = [
        *_facts(details, now),
        ("next", next_message(shown, details.outlook, now)),
        ("alerts", counts),
    ]
    for name, text in facts:
        typer.echo(f"{name:<14}{text}")
    advice = subscription_actions.advice(shown, details.alerts)
    if advice:
        output.print_note(advice)


def _facts(details: SubscriptionDetails, now: datetime) -> list[tuple[str, str]]:
    """Pairs of a name and a text; facts without a text are left out."""
    subscription = details.subscription
    old_secrets = [f"until {short_instant(until)}" for until in details.old_secrets_until]
    facts = [
        ("key", subscription.key),
        ("name", subscription.name),
        ("by", subscription.channel),
        ("to", subscription.address),
        ("headers", ", ".join(header_names(subscription.headers))),
        ("filters", filters_text(subscription)),
        ("schedule", schedule_phrase(subscription.cadence)),
        ("state", f"{subscription.state} {subscription.state_reason}".strip()),
        ("added", short_instant(subscription.created_at)),
        ("old secrets", ", ".join(old_secrets)),
        *_health_facts(subscription, now),
    ]
    return [(name, text) for name, text in facts if text]


def _health_facts(subscription: Subscription, now: datetime) -> list[tuple[str, str]]:
    health = subscription.health
    facts = []
    if health.failures:
        facts.append(("failures", f"{health.failures} in a row"))
    if health.refusals:
        facts.append(("refusals", f"{health.refusals} mails in a row"))
    if health.failing_since:
        facts.append(("failing since", short_instant(health.failing_since)))
    if health.paused_until and health.paused_until > now:
        facts.append(("next try", short_instant(health.paused_until)))
    return facts
