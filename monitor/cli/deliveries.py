"""`monitor deliveries`: what was sent, what waits, and what could not be delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import invocation, output
from monitor.domain.alerts import Alert, AlertState, Attempt, Outcome, SubscriptionState
from monitor.domain.articles import Article
from monitor.domain.delivery_schedule import HoldReason
from monitor.domain.errors import ConfigError
from monitor.runtime import clock

if TYPE_CHECKING:
    from monitor.store.store import Store

app = typer.Typer(help="What was sent, what waits, what failed.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Since = Annotated[
    str | None, typer.Option(metavar="TIME", help="Made since: “2d” ago, or a date or time in UTC.")
]
Until = Annotated[str | None, typer.Option(metavar="TIME", help="Made before; likewise.")]
_WAITING = (AlertState.PENDING, AlertState.HELD)
_HELD = {
    HoldReason.DIGEST: "the digest",
    HoldReason.QUIET: "the end of quiet hours",
    HoldReason.GROUP: "what comes close to it",
    HoldReason.BUDGET: "the digest: the day's budget is spent",
}


@app.command("list")
def list_(
    context: typer.Context,
    state: Annotated[AlertState | None, typer.Option(help="Only these.")] = None,
    subscription: Annotated[
        str | None, typer.Option(help="Only of this one (name or key).")
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    json: Json = False,
) -> None:
    """Alerts, newest first, with their last error; with --json every attempt."""
    from monitor.cli.subscriptions import found

    now = clock.now()
    with invocation.open_store(context) as store:
        names = {known.key: known.name for known in store.subscriptions.list()}
        only = found(store, subscription).key if subscription else None
        alerts = store.outbox.list(
            state=state,
            subscription=only,
            since=invocation.moment(since, "--since", now) if since else None,
            until=invocation.moment(until, "--until", now) if until else None,
            limit=limit,
        )
        if json:
            output.as_json(
                [
                    as_dict(alert, store.outbox.attempts(alert.key), _article(store, alert))
                    for alert in alerts
                ]
            )
            return
        titles = {alert.key: _headline(store, alert) for alert in alerts}
    output.table(
        ("alert", "to", "about", "state", "tries", "next", "why"),
        [
            (
                alert.key[:8],
                names.get(alert.subscription_key, "–"),
                titles[alert.key],
                alert.state,
                str(alert.attempts),
                output.short_instant(alert.due_at) if alert.state in _WAITING else "",
                _why(alert),
            )
            for alert in alerts
        ],
        empty="no alerts yet",
    )


def _why(alert: Alert) -> str:
    """What it waits for, where it was told, or what went wrong."""
    if alert.held_for is not None:
        return f"for {_HELD[alert.held_for]}"
    if alert.state is AlertState.GATHERED and alert.told_in:
        return f"told in {alert.told_in[:8]}"
    return alert.last_error or ""


def _headline(store: Store, alert: Alert) -> str:
    if not alert.article_keys:
        return alert.type
    article = store.articles.find(alert.article_keys[0])
    more = f" (+{len(alert.article_keys) - 1})" if len(alert.article_keys) > 1 else ""
    return (article.entry.title if article else "–") + more


def as_dict(
    alert: Alert, attempts: list[Attempt], article: Article | None = None
) -> dict[str, object]:
    """An alert as `deliveries list --json` shows it."""
    return {
        "key": alert.key,
        "subscription": alert.subscription_key,
        "type": alert.type,
        "articles": alert.article_keys,
        "state": alert.state,
        "created_at": output.instant(alert.created_at),
        "due_at": output.instant(alert.due_at),
        "held_for": alert.held_for,
        "told_in": alert.told_in,
        "silenced_by": alert.silenced_by,
        "last_error": alert.last_error,
        "attempts": [
            {
                "number": attempt.number,
                "at": output.instant(attempt.at),
                "took_ms": round(attempt.took.total_seconds() * 1000),
                "outcome": attempt.outcome,
                "reason": attempt.reason,
                "detail": attempt.detail,
            }
            for attempt in attempts
        ],
        "times": times(alert, attempts, article),
    }


def times(
    alert: Alert, attempts: list[Attempt], article: Article | None
) -> dict[str, str | float | None]:
    """The stages of its life, to the millisecond, and the seconds from first seen to accepted."""
    sent = next((each for each in attempts if each.outcome is Outcome.SENT), None)
    seen = article.seen_at if article else None
    accepted = sent.at + sent.took if sent else None
    stages = {
        "published_at": article.entry.published_at if article else None,
        "seen_at": seen,
        "decided_at": alert.created_at,
        "handed_over_at": sent.at if sent else None,
        "accepted_at": accepted,
    }
    whole = (accepted - seen).total_seconds() if accepted and seen else None
    return {
        **{
            name: at.isoformat(timespec="milliseconds") if at else None
            for name, at in stages.items()
        },
        "seconds": None if whole is None else round(whole, 3),
    }


def _article(store: Store, alert: Alert) -> Article | None:
    return store.articles.find(alert.article_keys[0]) if alert.article_keys else None


@app.command()
def retry(
    context: typer.Context,
    alert: Annotated[str | None, typer.Argument(help="An alert's key.")] = None,
    dead: Annotated[
        bool, typer.Option("--all-dead", "--dead", help="All that were given up.")
    ] = False,
    subscription: Annotated[
        str | None, typer.Option(help="Of those, only this one's (name or key).")
    ] = None,
) -> None:
    """Make alerts due now that wait or were given up; the same key is sent again."""
    from monitor.cli.subscriptions import found

    now = clock.now()
    if (alert is None) != dead:
        raise ConfigError("say which: an alert's key, or --all-dead for all that were given up")
    with invocation.open_store(context) as store:
        only = found(store, subscription).key if subscription else None
        if alert is not None:
            renewed = int(store.outbox.retry(_key(store, alert), now))
        else:
            given_up = store.outbox.list(state=AlertState.DEAD, subscription=only, limit=None)
            renewed = store.outbox.replay([one.key for one in given_up], now)
    if alert and not renewed:
        raise ConfigError(
            f"no alert {alert!r} that waits or was given up (see `monitor deliveries list`); what"
            " was sent is sent again by `monitor deliveries replay`"
        )
    output.note(f"{renewed} due now")


def _key(store: Store, named: str) -> str:
    alert = store.outbox.find(named)
    return alert.key if alert else named


@app.command("show")
def show_(
    context: typer.Context,
    alert: Annotated[str, typer.Argument(help="An alert's key, or its beginning.")],
    json: Json = False,
) -> None:
    """One message: every article it tells of, however many, and each try to deliver it."""
    with invocation.open_store(context) as store:
        wanted = store.outbox.find(alert)
        if wanted is None:
            raise ConfigError(f"no alert {alert!r}: `monitor deliveries list` shows them")
        attempts = store.outbox.attempts(wanted.key)
        told = [store.articles.find(key) for key in wanted.article_keys]
    if json:
        output.as_json(as_dict(wanted, attempts) | {"type": wanted.type, "data": wanted.data})
        return
    for name, value in (
        ("key", wanted.key),
        ("says", wanted.type),
        ("state", f"{wanted.state} {_why(wanted)}".strip()),
        ("made", output.instant(wanted.created_at) or ""),
    ):
        typer.echo(f"{name:<14}{value}")
    output.table(
        ("article", "score", "headline", "address"),
        [
            (one.key[:8], f"{one.decision.score:.2f}", one.entry.title, one.entry.url or "")
            for one in told
            if one is not None
        ],
        empty="it tells of no article",
    )


@app.command()
def replay(
    context: typer.Context,
    subscription: Annotated[str, typer.Option(help="Whose (name or key).")],
    since: Annotated[
        str, typer.Option(metavar="TIME", help="Made since: “2d” ago, or a date or time in UTC.")
    ],
    until: Until = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only say how many.")] = False,
    json: Json = False,
) -> None:
    """Send again what was sent or given up, under the same keys: a receiver can drop repeats."""
    from monitor.cli.subscriptions import found

    now = clock.now()
    first = invocation.moment(since, "--since", now)
    end = invocation.moment(until, "--until", now) if until else now
    if end <= first:
        raise ConfigError("--until must be later than --since")
    with invocation.open_store(context) as store:
        wanted = found(store, subscription)
        chosen = store.outbox.list(subscription=wanted.key, since=first, until=end, limit=None)
        again = [alert.key for alert in chosen if alert.state in (AlertState.SENT, AlertState.DEAD)]
        done = store.outbox.replay(again, now) if yes else 0
    if json:
        output.as_json({"found": len(again), "due_now": done})
    else:
        asks = f"; {wanted.name} is {wanted.state}: they wait until it is resumed"
        output.note(
            f"{len(again)} alerts of {wanted.name}, made from {output.instant(first)} to"
            f" {output.instant(end)}: "
            + (f"{done} due now" if yes else "nothing done yet, --yes sends them again")
            + (asks if wanted.state is not SubscriptionState.ACTIVE else "")
        )
    if again and not yes:
        raise typer.Exit(1)
