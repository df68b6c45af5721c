"""`monitor subscriptions show`, `rotate` and `test`: how a receiver does, and its secret."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import cadence, invocation, output
from monitor.cli.subscriptions import Json, Which, advice, as_dict, found, wishes
from monitor.deliver.channels.troubleshooting import remedy
from monitor.deliver.messages.schedule_text import described
from monitor.domain.alerts import ChannelKind, Subscription
from monitor.domain.errors import ConfigError, DeliveryError
from monitor.domain.reasons import DeliveryReason
from monitor.runtime import clock

if TYPE_CHECKING:
    from monitor.settings.sections import Settings


def show_one(context: typer.Context, subscription: Which, json: Json = False) -> None:
    """One subscription: what it asks for, how its receiver does, what waits for it."""
    now = clock.now()
    with invocation.open_store(context) as store:
        wanted = found(store, subscription)
        counts = store.outbox.counts(subscription=wanted.key)
        outlook = store.digests.outlook()[wanted.key]
    if json:
        ends = [output.instant(until) for _, until in wanted.old_secrets if until > now]
        alerts = {str(state): number for state, number in counts.items()}
        more = {"old_secrets_until": ends, "alerts": alerts, **cadence.outlook_as_dict(outlook)}
        output.as_json(as_dict(wanted) | more)
        return
    for name, value in [*_facts(wanted, now), ("next", cadence.next_told(wanted, outlook, now))]:
        typer.echo(f"{name:<14}{value}")
    typer.echo(f"{'alerts':<14}" + ", ".join(f"{count} {state}" for state, count in counts.items()))
    if said := advice(wanted, counts):
        output.note(said)


def _facts(wanted: Subscription, now: datetime) -> list[tuple[str, str]]:
    health = wanted.health
    old = [until for _, until in wanted.old_secrets if until > now]
    facts = [
        ("key", wanted.key),
        ("name", wanted.name),
        ("by", wanted.channel),
        ("to", wanted.address),
        ("wants", wishes(wanted)),
        ("told", described(wanted.cadence)),
        ("state", f"{wanted.state} {wanted.state_reason}".strip()),
        ("added", output.short_instant(wanted.created_at)),
        ("old secrets", ", ".join(f"until {output.short_instant(until)}" for until in old)),
        ("failures", f"{health.failures} in a row" if health.failures else ""),
        ("refusals", f"{health.refusals} mails in a row" if health.refusals else ""),
        (
            "failing since",
            output.short_instant(health.failing_since) if health.failing_since else "",
        ),
        (
            "rests until",
            output.short_instant(health.rests_until)
            if health.rests_until and health.rests_until > now
            else "",
        ),
    ]
    return [(name, value) for name, value in facts if value]


def rotate(
    context: typer.Context,
    subscription: Which,
    overlap: Annotated[
        str, typer.Option(metavar="TIME", help="How long the old secret is signed with, too.")
    ] = "24h",
    at_once: Annotated[
        bool, typer.Option("--now", help="End the old secrets at once: one of them leaked.")
    ] = False,
    json: Json = False,
) -> None:
    """Give a webhook a new secret, shown now and never again.

    Until the overlap ends each call carries a signature by the new and one by the old secret: the
    receiver may change any time before.
    """
    from monitor.deliver.channels import signature

    now = clock.now()
    until = now if at_once else now + invocation.span(overlap, "--overlap")
    with invocation.open_store(context) as store:
        wanted = found(store, subscription)
        if wanted.channel is not ChannelKind.WEBHOOK:
            raise ConfigError(
                f"{wanted.name} is told by {wanted.channel}: only webhooks are signed"
            )
        secret = signature.new_secret()
        store.subscriptions.rotate(wanted.key, secret, now=now, until=until)
    if json:
        output.as_json({"key": wanted.key, "secret": secret, "old_until": output.instant(until)})
        return
    ends = "at once" if at_once else output.short_instant(until) + " UTC"
    output.note(f"the old secret of {wanted.name} ends {ends}; the new one, shown only now:")
    typer.echo(secret)


def send_test(context: typer.Context, subscription: Which, json: Json = False) -> None:
    """Send one test message now and show the receiver's answer as it came."""
    chosen = invocation.settled_settings(context)
    with invocation.open_store(context) as store:
        wanted = found(store, subscription)
    answer, took, error = asyncio.run(_test(wanted, chosen))
    hint = remedy(error.reason, wanted.channel) if error else ""
    if json:
        answered = {"ok": error is None, "channel": wanted.channel, "answer": answer}
        reason = error.reason if error else DeliveryReason.ACCEPTED
        output.as_json(answered | {"reason": reason, "took_ms": round(took * 1000), "hint": hint})
    else:
        verdict = "not accepted" if error else "accepted"
        output.note(f"{verdict} by {wanted.channel} after {took:.2f} s: {answer}")
        if hint:
            output.note(f"what to do: {hint}")
    if error:
        raise typer.Exit(1)


async def _test(
    subscription: Subscription, chosen: Settings
) -> tuple[str, float, DeliveryError | None]:
    """The receiver's words, how long it took in seconds, and the error if it failed."""
    from monitor.deliver.messages import render
    from monitor.runtime import build, topic_pack

    now = clock.now()
    name = topic_pack.read_card(chosen).name
    async with build.channels(chosen) as channels:
        message = render.test_message(subscription, topic=name, now=now)
        started = time.monotonic()
        try:
            answer = await channels[subscription.channel].send(message, subscription, now)
        except DeliveryError as error:
            return str(error), time.monotonic() - started, error
        return answer, time.monotonic() - started, None
