"""`monitor deliveries`: alerts sent, waiting and undelivered; retry and replay them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.actions import option_values
from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.options import Json
from monitor.domain.alerts import Alert, AlertState, SubscriptionState
from monitor.domain.delivery_schedule import HoldReason
from monitor.domain.errors import ConfigError
from monitor.domain.messages import MessageType
from monitor.runtime import clock
from monitor.store.one_transaction import in_one_transaction
from monitor.text.formats import rfc3339, short_instant, zoned_instant

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.actions.deliveries import ReplayRequest, ReplayResult, ShownDelivery
    from monitor.store.store import Store

app = typer.Typer(
    help="Alerts that were sent, wait, or could not be delivered.", no_args_is_help=True
)

Since = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Created since: “2d” ago, or a date or time in UTC."),
]
Until = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Created before: “2d” ago, or a date or time in UTC."),
]
_HOLD_REASONS = {
    HoldReason.DIGEST: "the digest",
    HoldReason.QUIET: "the end of quiet hours",
    HoldReason.GROUP: "what comes close to it",
    HoldReason.BUDGET: "the digest: the day's budget is spent",
}


@app.command("list")
def list_(
    context: typer.Context,
    state: Annotated[AlertState | None, typer.Option(help="Only alerts in this state.")] = None,
    type_: Annotated[
        MessageType | None, typer.Option("--type", help="Only messages of this type.")
    ] = None,
    subscription: Annotated[
        str | None, typer.Option(help="Only alerts of this subscription (name or key).")
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    json: Json = False,
) -> None:
    """Alerts, newest first, with their last error; with --json every attempt."""
    from monitor.actions.deliveries import DeliveryQuery, list_deliveries
    from monitor.actions.subscribing.subscriptions import find_subscription

    now = clock.now()
    with invocation.open_store(context) as store:
        query = DeliveryQuery(
            limit=limit,
            include_attempts=json,
            state=state,
            message_type=type_,
            subscription_key=find_subscription(store, subscription).key if subscription else None,
            since=option_values.parse_instant(since, "since", now) if since else None,
            until=option_values.parse_instant(until, "until", now) if until else None,
        )
        rows = list_deliveries(store, query, now)
    if json:
        output.print_json([row.as_json() for row in rows])
        return
    output.print_table(
        ("alert", "made", "to", "about", "state", "tries", "next", "why"),
        [
            (
                row.alert.key[:8],
                short_instant(row.alert.created_at),
                row.subscription_name or "–",
                row.headline,
                row.alert.state,
                str(row.alert.attempts),
                short_instant(row.next_at) if row.next_at else "",
                _state_reason(row.alert),
            )
            for row in rows
        ],
        empty=query.empty_sentence,
        optional=("tries", "next", "made"),  # never "to": rows would differ in nothing else
    )


def _state_reason(alert: Alert) -> str:
    """What it waits for, the message that told it, or what went wrong."""
    if alert.held_for is not None:
        return f"for {_HOLD_REASONS[alert.held_for]}"
    if alert.state is AlertState.GATHERED and alert.digest_key:
        return f"sent in {alert.digest_key[:8]}"
    return alert.last_error or ""


@app.command()
def retry(
    context: typer.Context,
    alert: Annotated[str | None, typer.Argument(help="An alert's key.")] = None,
    dead: Annotated[
        bool, typer.Option("--all-dead", "--dead", help="All undelivered alerts.")
    ] = False,
    subscription: Annotated[
        str | None,
        typer.Option(help="With --all-dead: only those of this subscription (name or key)."),
    ] = None,
) -> None:
    """Make waiting or undelivered alerts due now; they are sent under the same key."""
    from monitor.actions.subscribing.subscriptions import find_subscription

    now = clock.now()
    if (alert is None) != dead:
        raise ConfigError("say which: an alert's key, or --all-dead for all undelivered alerts")
    with invocation.open_store(context) as store:
        key = find_subscription(store, subscription).key if subscription else None
        if alert is not None:
            due = _retry_alert(store, alert, now)
            output.print_change("queued", "alert", due.type, "due now", key=due.key)
        else:
            target = subscription or "all undelivered alerts"
            count = _retry_dead(store, key, target, now)
            noun = "undelivered alerts of" if subscription else ""
            output.print_change("queued", noun, target, f"{count:,} due now")


@in_one_transaction
def _retry_alert(store: Store, reference: str, now: datetime) -> Alert:
    from monitor.actions.deliveries import retry_delivery

    due = retry_delivery(store, reference, now)
    local_caller.record(store, "send again", due.key[:8])
    return due


@in_one_transaction
def _retry_dead(store: Store, subscription_key: str | None, target: str, now: datetime) -> int:
    from monitor.actions.deliveries import retry_dead_deliveries

    count = retry_dead_deliveries(store, now, subscription_key=subscription_key)
    local_caller.record(store, "send again", target, after={"alerts": count})
    return count


@app.command("show")
def show_(
    context: typer.Context,
    alert: Annotated[str, typer.Argument(help="An alert's key, or its beginning.")],
    message: Annotated[
        bool, typer.Option("--message", help="Headers and body as they were sent last.")
    ] = False,
    json: Json = False,
) -> None:
    """One alert: every article in its message, its state, and each attempt to deliver it."""
    from monitor.actions.deliveries import show_delivery

    with invocation.open_store(context) as store:
        shown = show_delivery(store, alert, clock.now())
        if message:
            _print_message(context, store, shown, json)
            return
    if json:
        output.print_json(shown.as_json())
        return
    _print_facts(shown)
    _print_tables(shown)


def _print_message(context: typer.Context, store: Store, shown: ShownDelivery, json: bool) -> None:
    """The message as it was sent last, or would be sent now."""
    from monitor.actions.sent_messages import MessageTopic, message_as_sent
    from monitor.actions.subscribing.trial_message import sent_message_fields
    from monitor.runtime import topic_pack

    settings = invocation.settled_settings(context)
    card = topic_pack.read_card(settings)
    topic = MessageTopic(name=card.name, theme_titles=card.theme_titles)
    sent = message_as_sent(store, shown.alert.key, settings, topic, clock.now())
    if json:
        output.print_json(sent_message_fields(sent))
    else:
        output.print_sent_message(sent)


def _print_facts(shown: ShownDelivery) -> None:
    for name, value in (
        ("key", shown.alert.key),
        ("says", shown.alert.type),
        ("state", f"{shown.alert.state} {_state_reason(shown.alert)}".strip()),
        ("to", shown.subscription_name or "a subscription that was removed"),
        ("made", zoned_instant(shown.alert.created_at)),
        *((("next", zoned_instant(shown.next_at)),) if shown.next_at else ()),
    ):
        typer.echo(f"{name:<14}{value}")


def _print_tables(shown: ShownDelivery) -> None:
    """Its articles, then the attempts to deliver it."""
    output.print_table(
        ("article", "score", "headline", "address"),
        [
            (
                article.key[:8],
                f"{article.decision.score:.2f}",
                article.entry.title,
                article.entry.url or "",
            )
            for article in shown.articles
        ],
        empty="this message has no article",
        optional=("address", "score"),
    )
    output.print_table(
        ("try", "at", "took", "outcome", "why"),
        [
            (
                str(attempt.number),
                short_instant(attempt.at),
                f"{attempt.took.total_seconds():.1f} s",
                attempt.outcome,
                f"{attempt.reason}: {attempt.detail}".rstrip(": "),
            )
            for attempt in shown.attempts
        ],
        empty="it was not tried yet",
        optional=("took",),
    )


@app.command()
def replay(
    context: typer.Context,
    subscription: Annotated[str, typer.Option(help="The subscription (name or key).")],
    since: Annotated[
        str, typer.Option(metavar="TIME", help="Created since: “2d” ago, or a date or time in UTC.")
    ],
    until: Until = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Send them; without it they are only counted.")
    ] = False,
    json: Json = False,
) -> None:
    """Send alerts of a time range again, under the same keys: a receiver can drop repeats."""
    from monitor.actions.deliveries import ReplayRequest
    from monitor.actions.subscribing.subscriptions import find_subscription

    now = clock.now()
    first = option_values.parse_instant(since, "since", now)
    end = option_values.parse_instant(until, "until", now) if until else now
    with invocation.open_store(context) as store:
        receiver = find_subscription(store, subscription)
        request = ReplayRequest(subscription=receiver, since=first, until=end, dry_run=not yes)
        result = _replay(store, request, now)
    if json:
        output.print_json(result.as_json())
        return
    state = f"{result.alerts} made from {zoned_instant(first)} to {zoned_instant(end)}, " + (
        f"{result.due_now} due now" if yes else "nothing done yet: --yes sends them again"
    )
    if receiver.state is not SubscriptionState.ACTIVE:
        state += f"; the subscription is {receiver.state}: they wait until it is resumed"
    output.print_change("queued" if yes else "counted", "alerts of", receiver.name, state)


@in_one_transaction
def _replay(store: Store, request: ReplayRequest, now: datetime) -> ReplayResult:
    from monitor.actions.deliveries import replay_deliveries

    result = replay_deliveries(store, request, now)
    if not request.dry_run:
        span = {
            "since": rfc3339(request.since),
            "until": rfc3339(request.until),
            "alerts": result.due_now,
        }
        local_caller.record(store, "send again", request.subscription.name, after=span)
    return result
