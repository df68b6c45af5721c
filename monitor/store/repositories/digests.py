"""Held alerts and digests: close a digest with all its alerts, once, in one transaction."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select, update

from monitor.alerts import digest_schedule
from monitor.alerts.digest_schedule import BatchReason, DigestBatch, DigestProgress, Plan
from monitor.domain.alerts import Alert, AlertState, Subscription
from monitor.domain.delivery_schedule import DeliverySchedule, HoldReason
from monitor.domain.errors import StoreError
from monitor.domain.keys import key_of
from monitor.domain.tiers import WantedTier
from monitor.store.database.transactions import Database, chunks, select_in
from monitor.store.mapping import alert_rows, subscription_rows
from monitor.store.repositories import digest_facts, outbox_claims
from monitor.store.schema.tables import (
    IS_ACTIVE,
    IS_HELD,
    IS_PENDING,
    alert_articles,
    alerts,
    subscriptions,
)
from monitor.store.teaching import review_list

log = logging.getLogger(__name__)

_WITH_SCHEDULE = select(
    subscriptions.c.key,
    subscriptions.c.cadence,
    subscriptions.c.next_at,
    subscriptions.c.told_until,
).where(IS_ACTIVE, or_(subscriptions.c.cadence.is_not(None), subscriptions.c.next_at.is_not(None)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The held alerts of one subscription, and when its next message is due."""

    progress: DigestProgress
    next_at: datetime | None  # the next check of what is held; None: when an alert comes
    held: Mapping[HoldReason, int]


class Digests:
    """The alerts that wait for a digest, and each subscription's progress in its schedule."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def close_due(self, now: datetime) -> None:
        """Close every digest that is due; during quiet hours postpone what is due.

        Each subscription has its own transaction, so that one that fails harms no other.
        Raise StoreError when the subscriptions can't be read.
        """
        rows: Sequence[Any] = self._database.read(
            lambda connection: connection.execute(_WITH_SCHEDULE).all()
        )
        quiet = {}
        for row in rows:
            until = digest_schedule.quiet_until(
                subscription_rows.schedule_from_json(row.cadence), now
            )
            if until > now:
                quiet[row.key] = until
            elif _is_due(row, now):
                try:
                    self.close_digest(row.key, now)
                except StoreError as error:
                    log.error("digest.not_closed", extra={"key": row.key, "error": str(error)})
        if quiet:
            self._postpone(quiet, now)

    def _postpone(self, quiet: Mapping[str, datetime], now: datetime) -> None:
        """Make what is due to these subscriptions, retries and notices too, due after the quiet
        hours; `quiet` maps a subscription's key to their end."""
        free = and_(IS_PENDING, or_(alerts.c.lease_until.is_(None), alerts.c.lease_until <= now))

        def keys_with_due_alerts(connection: Connection) -> list[str]:
            key = alerts.c.subscription_key
            query = select(key).where(free, alerts.c.due_at <= now).distinct()
            return [row.subscription_key for row in select_in(connection, query, key, quiet)]

        def postpone(connection: Connection, key: str) -> None:
            early = and_(free, alerts.c.subscription_key == key, alerts.c.due_at < quiet[key])
            connection.execute(update(alerts).where(early).values(due_at=quiet[key]))

        for key in self._database.read(keys_with_due_alerts):
            self._database.write(partial(postpone, key=key))

    def close_digest(self, key: str, now: datetime) -> Plan | None:
        """Send, gather or keep the held alerts of a subscription, as its schedule says.

        A closed digest does not change: later alerts go into the next one.  None for a
        subscription that is not active.
        """

        def write(connection: Connection) -> Plan | None:
            query = select(subscriptions).where(subscriptions.c.key == key, IS_ACTIVE)
            row = connection.execute(query.with_for_update(key_share=True)).first()
            if row is None:
                return None
            subscription = subscription_rows.subscription_from_row(row)
            held = _held_alerts(connection, key)
            progress = _progress(row)
            schedule = _schedule(connection, subscription, progress, now)
            plan = digest_schedule.plan(schedule, now, held, progress)
            for batch in plan.batches:
                self._gather(connection, subscription, batch, now)
            _release(connection, plan.single, now)
            _hold_for_budget(connection, plan.over_budget)
            _save_progress(connection, key, plan.progress, plan.next_at)
            return plan

        plan = self._database.write(write)
        for batch in plan.batches if plan else ():
            fields = {"of": key, "kind": batch.kind.value, "articles": len(batch.keys)}
            log.info("digest.closed", extra=fields)
        return plan

    def _gather(
        self, connection: Connection, subscription: Subscription, batch: DigestBatch, now: datetime
    ) -> None:
        """Make one message of the batch, unless a message of its key exists.

        It exists when the clock of this machine was set back over a digest; then the alerts wait
        for the next one.
        """
        keys_by_alert = outbox_claims.article_keys(connection, batch.keys)
        article_keys: dict[str, None] = {}  # an ordered set
        for key in batch.keys:
            article_keys.update(dict.fromkeys(keys_by_alert[key]))
        message = Alert(
            key=_message_key(subscription, batch),
            subscription_key=subscription.key,
            article_keys=tuple(article_keys),
            content=digest_facts.digest_ready(connection, subscription, batch, article_keys),
            created_at=now,
            due_at=now,
        )
        if not self._database.insert_new(connection, alerts, [alert_rows.alert_values(message)]):
            fields = {"key": subscription.key, "label": batch.label}
            log.warning("digest.closed_before", extra=fields)
            return
        self._database.insert_new(
            connection, alert_articles, alert_rows.alert_article_values(message)
        )
        for chunk in chunks(batch.keys):
            connection.execute(
                update(alerts)
                .where(alerts.c.key.in_(chunk))
                .values(state=AlertState.GATHERED, told_in=message.key, held_for=None)
            )

    def restart_schedule(self, key: str, now: datetime) -> None:
        """After a pause: skip the digests of its dates; the held alerts go into the next one."""
        change = (
            update(subscriptions)
            .where(subscriptions.c.key == key)
            .values(told_until=now, next_at=now)
        )
        self._database.write(lambda connection: connection.execute(change))

    def outlook(self) -> dict[str, Outlook]:
        """The outlook of every subscription, by its key."""
        counts = (
            select(alerts.c.subscription_key, alerts.c.held_for, func.count().label("number"))
            .where(IS_HELD)
            .group_by(alerts.c.subscription_key, alerts.c.held_for)
        )

        def read(connection: Connection) -> dict[str, Outlook]:
            held: dict[str, dict[HoldReason, int]] = defaultdict(dict)
            for row in connection.execute(counts):
                held[row.subscription_key][row.held_for] = row.number
            return {
                row.key: Outlook(progress=_progress(row), next_at=row.next_at, held=held[row.key])
                for row in connection.execute(select(subscriptions))
            }

        return self._database.read(read)


def _is_due(row: Row[Any], now: datetime) -> bool:
    """Whether to check the held alerts: it is time, or the clock of this machine was set back."""
    is_ahead = row.told_until is not None and row.told_until > now
    return is_ahead or (row.next_at is not None and row.next_at <= now)


def _schedule(
    connection: Connection, subscription: Subscription, progress: DigestProgress, now: datetime
) -> DeliverySchedule:
    """The schedule; doubtful articles are told in a digest without any other article, too."""
    schedule = subscription.cadence
    if subscription.tier is not WantedTier.REVIEW or schedule.empty:
        return schedule
    waiting = review_list.waiting_for(connection, subscription, progress.covered_until, now)
    return replace(schedule, empty=bool(waiting))


def _message_key(subscription: Subscription, batch: DigestBatch) -> str:
    """The same in every process; another one for a later subscription of the same name."""
    if batch.kind is not BatchReason.DIGEST:
        return key_of("group", batch.keys[0])
    return key_of("digest", subscription.key, subscription.created_at.isoformat(), batch.label)


def _held_alerts(connection: Connection, key: str) -> list[digest_schedule.HeldAlert]:
    """The held alerts of a subscription, locked until the transaction ends."""
    query = (
        select(alerts.c.key, alerts.c.created_at, alerts.c.held_for)
        .where(alerts.c.subscription_key == key, IS_HELD)
        .order_by(alerts.c.key)
        .with_for_update()
    )
    return [
        digest_schedule.HeldAlert(
            key=row.key, created_at=row.created_at, hold=row.held_for or HoldReason.GROUP
        )
        for row in connection.execute(query)
    ]


def _progress(row: Row[Any]) -> DigestProgress:
    return DigestProgress(
        covered_until=row.told_until or row.created_at,
        covered_day=row.told_day,
        budget_day=row.spent_on,
        spent=row.spent,
    )


def _save_progress(
    connection: Connection, key: str, progress: DigestProgress, next_at: datetime | None
) -> None:
    connection.execute(
        update(subscriptions)
        .where(subscriptions.c.key == key)
        .values(
            told_until=progress.covered_until,
            told_day=progress.covered_day,
            spent_on=progress.budget_day,
            spent=progress.spent,
            next_at=next_at,
        )
    )


def _release(connection: Connection, keys: Sequence[str], now: datetime) -> None:
    """Make held alerts pending, each as a message of its own."""
    for chunk in chunks(keys):
        connection.execute(
            update(alerts)
            .where(alerts.c.key.in_(chunk))
            .values(state=AlertState.PENDING, held_for=None, due_at=now)
        )


def _hold_for_budget(connection: Connection, keys: Sequence[str]) -> None:
    """Hold alerts over the day's budget until the next digest."""
    for chunk in chunks(keys):
        connection.execute(
            update(alerts).where(alerts.c.key.in_(chunk)).values(held_for=HoldReason.BUDGET)
        )


def plan_check(connection: Connection, new_alerts: Iterable[Alert]) -> None:
    """Have the held ones of these new alerts checked when the first of them may go."""
    earliest: dict[str, datetime] = {}
    for alert in new_alerts:
        if alert.state is AlertState.HELD:
            before = earliest.get(alert.subscription_key, alert.due_at)
            earliest[alert.subscription_key] = min(before, alert.due_at)
    for key in sorted(earliest):  # in order, so that two processes never deadlock
        is_later = subscriptions.c.next_at.is_(None) | (subscriptions.c.next_at > earliest[key])
        connection.execute(
            update(subscriptions)
            .where(subscriptions.c.key == key, is_later)
            .values(next_at=earliest[key])
        )


def reschedule(connection: Connection, key: str, schedule: DeliverySchedule, now: datetime) -> bool:
    """Give the subscription another schedule, within a transaction; False when it is not there."""
    query = select(subscriptions).where(subscriptions.c.key == key)
    row = connection.execute(query.with_for_update(key_share=True)).first()
    if row is None:
        return False
    progress = _progress(row)
    if not subscription_rows.schedule_from_json(row.cadence).gathers:
        progress = replace(progress, covered_until=now)
    connection.execute(
        update(subscriptions)
        .where(subscriptions.c.key == key)
        .values(cadence=subscription_rows.schedule_json(schedule))
    )
    _save_progress(connection, key, progress, now)
    return True
