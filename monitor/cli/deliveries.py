"""`monitor deliveries`: what was sent, what waits, and what could not be delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import setting, show
from monitor.domain import Alert, AlertState, Attempt
from monitor.errors import ConfigError

if TYPE_CHECKING:
    from monitor.store.store import Store

app = typer.Typer(help="What was sent, what waits, what failed.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_(
    context: typer.Context,
    state: Annotated[AlertState | None, typer.Option(help="Only these.")] = None,
    subscription: Annotated[str | None, typer.Option(help="Only of this one.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    json: Json = False,
) -> None:
    """Alerts, newest first, with their last error; with --json every attempt."""
    from monitor.cli.subscriptions import found

    with setting.open_store(context) as store:
        names = {known.key: known.name for known in store.subscriptions.list()}
        only = found(store, subscription).key if subscription else None
        alerts = store.outbox.list(state=state, subscription=only, limit=limit)
        if json:
            show.as_json([as_dict(alert, store.outbox.attempts(alert.key)) for alert in alerts])
            return
        titles = {alert.key: _headline(store, alert) for alert in alerts}
    show.table(
        ("alert", "to", "about", "state", "tries", "next", "last error"),
        [
            (
                alert.key[:8],
                names.get(alert.subscription_key, "–"),
                titles[alert.key],
                alert.state,
                str(alert.attempts),
                show.short_instant(alert.due_at) if alert.state is AlertState.PENDING else "",
                alert.last_error or "",
            )
            for alert in alerts
        ],
        empty="no alerts yet",
    )


def _headline(store: Store, alert: Alert) -> str:
    article = store.articles.find(alert.article_keys[0]) if alert.article_keys else None
    more = f" (+{len(alert.article_keys) - 1})" if len(alert.article_keys) > 1 else ""
    return (article.entry.title if article else "–") + more


def as_dict(alert: Alert, attempts: list[Attempt]) -> dict[str, object]:
    """An alert as `deliveries list --json` shows it."""
    return {
        "key": alert.key,
        "subscription": alert.subscription_key,
        "articles": alert.article_keys,
        "state": alert.state,
        "created_at": show.instant(alert.created_at),
        "due_at": show.instant(alert.due_at),
        "last_error": alert.last_error,
        "attempts": [
            {
                "number": attempt.number,
                "at": show.instant(attempt.at),
                "took_ms": round(attempt.took.total_seconds() * 1000),
                "outcome": attempt.outcome,
                "reason": attempt.reason,
                "detail": attempt.detail,
            }
            for attempt in attempts
        ],
    }


@app.command()
def retry(
    context: typer.Context,
    alert: Annotated[str | None, typer.Argument(help="An alert's key.")] = None,
    dead: Annotated[bool, typer.Option("--dead", help="All that were given up.")] = False,
) -> None:
    """Make alerts due now, whatever became of them before; the same key is sent again."""
    now = setting.now()
    if (alert is None) != dead:
        raise ConfigError("say which: an alert's key, or --dead for all that were given up")
    with setting.open_store(context) as store:
        keys = (
            [alert]
            if alert
            else [a.key for a in store.outbox.list(state=AlertState.DEAD, limit=10_000)]
        )
        renewed = [key for key in keys if key and store.outbox.retry(key, now)]
    if alert and not renewed:
        raise ConfigError(f"no alert {alert!r} that waits or was given up: `deliveries list`")
    show.note(f"{len(renewed)} due now")
