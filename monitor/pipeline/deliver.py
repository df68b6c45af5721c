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
from itertools import chain

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
from monitor.pipeline import outcome_logs
from monitor.pipeline.group_commit import GroupCommit
from monitor.pipeline.lease_renewal import LeaseRenewer
from monitor.store.repositories.outbox import RecordedAttempt
from monitor.store.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryContext:
    """What a round of delivery works with; `runtime/build.py` puts it together."""

    store: Store
    run_in_store: RunInStore
    channels: Mapping[ChannelKind, Channel]
    topic: str
    theme_titles: Mapping[str, str]
    attempts: GroupCommit[RecordedAttempt]  # stores attempts, many in one commit
    batch: int  # alerts claimed at once
    per_subscription: int  # of those, for one subscription
    lease: timedelta


async def deliver(now: datetime, context: DeliveryContext) -> list[Attempt]:
    """One round: send every alert that is due, all subscriptions side by side."""
    groups = await claim(now, context)
    attempts = await asyncio.gather(*(send_all(group, lambda: now, context) for group in groups))
    return list(chain.from_iterable(attempts))


async def claim(
    now: datetime, context: DeliveryContext, busy: Collection[str] = ()
) -> list[list[Claim]]:
    """Close due digests; lease the due alerts by subscription, except for those in `busy`."""

    def close_and_claim() -> list[Claim]:
        context.store.digests.close_due(now)
        return context.store.outbox.claim(
            now,
            limit=context.batch,
            per_subscription=context.per_subscription,
            lease=context.lease,
            exclude=busy,
        )

    claims = await context.run_in_store(close_and_claim)
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
    may_continue: Callable[[], bool] = lambda: True,
) -> list[Attempt]:
    """Send one subscription's alerts one after another, and record each attempt.

    Stop when `may_continue` says so, or the receiver itself fails: one call per back-off is enough.
    """
    attempts: list[Attempt] = []
    subscription, gone = claims[0].subscription, None
    channel, health = CHANNELS[subscription.channel], subscription.health
    async with LeaseRenewer(
        claims,
        lambda pending, until: context.run_in_store(
            partial(context.store.outbox.extend, [claim.token for claim in pending], until)
        ),
        clock=clock,
        lease=context.lease,
        until=claims[0].until,
    ) as leases:
        try:
            while may_continue():
                claimed = await leases.next()
                if claimed is None:
                    break
                if claimed.took_over and not await leases.still_holds(claimed.token):
                    continue  # who held it before has recorded its attempt since
                attempt, due_at, error = await _send(claimed, clock(), context)
                recorded = RecordedAttempt(attempt=attempt, token=claimed.token, due_at=due_at)
                await leases.record(claimed.token, _record(recorded, context))
                outcome_logs.log_attempt(attempt, subscription)
                attempts.append(attempt)
                health = endpoint_health.after(health, error, attempt.at, due_at)
                gone = endpoint_health.given_up(
                    health, error, attempt.at, shares_server=channel.shares_server
                )
                if gone or health.paused_until:
                    break
        finally:  # on shutdown, too: release the alerts that were not attempted
            after = replace(subscription, health=health)
            untried = [claim.token for claim in leases.pending]
            if untried or health != subscription.health:
                release = partial(_release, after, gone, untried, clock(), context.store)
                await asyncio.shield(context.run_in_store(release))
    return attempts


def _release(
    receiver: Subscription, gone: str | None, untried: Collection[str], now: datetime, store: Store
) -> None:
    """Store the receiver's health, disable it when it is gone, and release the untried claims."""
    store.subscriptions.set_health(receiver.key, receiver.health)
    if gone:
        outcome_logs.log_disabled(receiver, gone)
        store.outbox.add(disabled.notices(receiver, gone, store.subscriptions.list(), now))
        store.subscriptions.set_state(receiver.key, SubscriptionState.DISABLED, gone)
    store.outbox.release(untried)


async def _send(
    claimed: Claim, now: datetime, context: DeliveryContext
) -> tuple[Attempt, datetime | None, DeliveryError | None]:
    """Make one attempt; return it, when the next one is due, and the error if there was one."""
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


async def _record(recorded: RecordedAttempt, context: DeliveryContext) -> None:
    if not await context.attempts.write(recorded):
        log.warning("deliver.fenced_off", extra={"alert": recorded.attempt.alert_key})
    failpoints.hit(Point.RECORDED)
