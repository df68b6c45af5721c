"""Deliver: send the alerts that are due, and record each attempt.

    alerts that are due → claim (a lease) → render → send → record      sent | later | dead

The loop owns the network; the store lives in one worker thread (`run_in_store`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from monitor import failpoints
from monitor.deliver.channels import endpoint_health, retry
from monitor.deliver.channels.channel_registry import CHANNELS
from monitor.deliver.messages import disabled, render
from monitor.domain.alerts import (
    Attempt,
    ChannelKind,
    Claim,
    Outcome,
    Subscription,
    SubscriptionState,
)
from monitor.domain.errors import DeliveryError, Unreachable
from monitor.domain.ports import Channel, RunInStore
from monitor.domain.reasons import DeliveryReason
from monitor.failpoints import Point
from monitor.pipeline.group_commit import GroupCommit
from monitor.pipeline.lease_renewal import LeaseRenewer
from monitor.store.repositories.outbox import RecordedAttempt
from monitor.store.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryContext:
    """What a round of delivering works with; `app` puts it together."""

    store: Store
    run_in_store: RunInStore
    channels: Mapping[ChannelKind, Channel]
    topic: str
    theme_titles: Mapping[str, str]
    ledger: GroupCommit[RecordedAttempt]  # where attempts are written down
    batch: int  # alerts taken at once
    per_subscription: int  # of those, for one subscription
    lease: timedelta


async def deliver(now: datetime, context: DeliveryContext) -> list[Attempt]:
    """One round: send every alert that is due, endpoints side by side."""
    groups = await claim(now, context)
    told = await asyncio.gather(*(send_all(group, lambda: now, context) for group in groups))
    return [attempt for attempts in told for attempt in attempts]


async def claim(
    now: datetime, context: DeliveryContext, busy: Collection[str] = ()
) -> list[list[Claim]]:
    """Lease the alerts that are due, grouped by subscription; those in `busy` are left.

    First what was held until now becomes messages, and what is due in quiet hours is put off.
    """
    await context.run_in_store(partial(context.store.digests.close_due, now))
    claims = await context.run_in_store(
        lambda: context.store.outbox.claim(
            now,
            limit=context.batch,
            per_subscription=context.per_subscription,
            lease=context.lease,
            exclude=busy,
        )
    )
    if claims:
        failpoints.hit(Point.CLAIMED)
    groups: dict[str, list[Claim]] = {}
    for claimed in claims:
        groups.setdefault(claimed.subscription.key, []).append(claimed)
    return list(groups.values())


async def send_all(
    claims: Sequence[Claim],
    clock: Callable[[], datetime],
    context: DeliveryContext,
    *,
    go_on: Callable[[], bool] = lambda: True,
) -> list[Attempt]:
    """Send one subscription's alerts, one after another while `go_on`, and record how each went.

    When the receiver itself is out it rests for a while, and what waits for it is given back, its
    tries uncounted: a dead one costs one call a rest, not one for each alert.
    """
    attempts: list[Attempt] = []
    subscription, gone = claims[0].subscription, None
    channel = CHANNELS[subscription.channel]
    health = subscription.health
    async with LeaseRenewer(
        claims,
        lambda pending, until: context.run_in_store(
            partial(context.store.outbox.extend, [claim.token for claim in pending], until)
        ),
        clock=clock,
        lease=context.lease,
    ) as ours:
        try:
            while go_on() and (claimed := await ours.next()):
                attempt, due_at, error = await _send(claimed, clock(), context)
                ours.done(claimed.token)  # from here on it is recorded, not given back
                await _record(claimed, attempt, due_at, context)
                attempts.append(attempt)
                health = endpoint_health.after(health, error, attempt.at, due_at)
                gone = endpoint_health.given_up(
                    health, error, attempt.at, shares_server=channel.shares_server
                )
                if gone or health.paused_until:
                    break
        finally:  # also when this process is told to stop: what was not tried is free again
            after = replace(subscription, health=health)
            untried = [claim.token for claim in ours.pending]
            if untried or health != subscription.health:
                leave = partial(_leave, after, gone, untried, clock(), context)
                await asyncio.shield(context.run_in_store(leave))
    return attempts


def _leave(
    told: Subscription,
    gone: str | None,
    waiting: Collection[str],
    now: datetime,
    context: DeliveryContext,
) -> None:
    """Keep how the receiver does, then give back what was not tried."""
    subscriptions = context.store.subscriptions
    subscriptions.set_health(told.key, told.health)
    if gone:
        log.error("subscription.disabled", extra={"of": told.key, "reason": gone})
        context.store.outbox.add(disabled.notices(told, gone, subscriptions.list(), now))
        subscriptions.set_state(told.key, SubscriptionState.DISABLED, gone)
    context.store.outbox.release(waiting)


async def _send(
    claimed: Claim, now: datetime, context: DeliveryContext
) -> tuple[Attempt, datetime | None, DeliveryError | None]:
    """One try: the attempt, when the next one is due, and the error if there was one."""
    started = time.monotonic()
    error: DeliveryError | None = None
    detail, subscription = "", claimed.subscription
    channel = CHANNELS[subscription.channel]
    try:
        message = render.message(
            claimed,
            topic=context.topic,
            theme_titles=context.theme_titles,
            with_text=channel.renders_text,
        )
        failpoints.hit(Point.SENDING)
        detail = await context.channels[subscription.channel].send(message, subscription, now)
        failpoints.hit(Point.SENT)
    except DeliveryError as failed:
        error = failed
    except Exception as failed:  # a loop edge: one alert harms only itself
        log.exception("deliver.crashed", extra={"alert": claimed.alert.key})
        error = Unreachable(DeliveryReason.INTERNAL, repr(failed))
    tries = claimed.alert.attempts + 1
    due_at = retry.next_try(claimed, tries, error, now, waits=channel.waits)
    outcome = Outcome.SENT if error is None else Outcome.LATER if due_at else Outcome.DEAD
    attempt = Attempt(
        alert_key=claimed.alert.key,
        number=tries,
        at=now,
        took=timedelta(seconds=time.monotonic() - started),
        outcome=outcome,
        reason=error.reason if error else DeliveryReason.ACCEPTED,
        detail=error.detail if error else detail,
    )
    return attempt, due_at, error


async def _record(
    claimed: Claim, attempt: Attempt, due_at: datetime | None, context: DeliveryContext
) -> None:
    tried = RecordedAttempt(attempt=attempt, token=claimed.token, due_at=due_at)
    if not await context.ledger.keep(tried):
        log.warning("deliver.fenced_off", extra={"alert": attempt.alert_key})
    failpoints.hit(Point.RECORDED)
