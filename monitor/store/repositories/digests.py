"""What is held for a later message, and how it becomes one: all of it, once, in one transaction."""

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
from monitor.store.database.transactions import Database, chunks
from monitor.store.mapping import alert_rows, delivery_schedule
from monitor.store.repositories import digest_facts, outbox_claims
from monitor.store.schema.tables import (
    IS_ACTIVE,
    IS_HELD,
    IS_PENDING,
    alert_articles,
    alerts,
    subscriptions,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What one subscription is to be told later, and when."""

    standing: DigestProgress
    next_at: datetime | None  # when what is held is looked at next; None: when something comes
    held: Mapping[HoldReason, int]


class Digests:
    """The alerts that wait for their message, and what each subscription's timetable remembers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seal_due(self, now: datetime) -> None:
        """Make the messages whose time has come; in quiet hours put off what is due.

        Each subscription is a transaction of its own, so that one that fails harms only itself.
        Raise StoreError when none can be looked at.
        """
        wanted = select(
            subscriptions.c.key,
            subscriptions.c.cadence,
            subscriptions.c.next_at,
            subscriptions.c.told_until,
        ).where(
            IS_ACTIVE,
            or_(subscriptions.c.cadence.is_not(None), subscriptions.c.next_at.is_not(None)),
        )
        found: Sequence[Any] = self._database.read(
            lambda connection: connection.execute(wanted).all()
        )
        quiet = {}
        for row in found:
            until = digest_schedule.quiet_until(delivery_schedule.cadence_of(row.cadence), now)
            if until > now:
                quiet[row.key] = until
            elif _is_due(row, now):
                try:
                    self.seal(row.key, now)
                except StoreError as error:
                    log.error("held.not_sealed", extra={"key": row.key, "error": str(error)})
        if quiet:
            self._put_off(quiet, now)

    def _put_off(self, quiet: Mapping[str, datetime], now: datetime) -> None:
        """What is due to these subscriptions, tries and notices too, is due when they may hear."""
        free = and_(IS_PENDING, or_(alerts.c.lease_until.is_(None), alerts.c.lease_until <= now))

        def look(connection: Connection) -> list[str]:
            due = select(alerts.c.subscription_key).where(free, alerts.c.due_at <= now).distinct()
            return [
                key
                for chunk in chunks(quiet)
                for key in connection.scalars(due.where(alerts.c.subscription_key.in_(chunk)))
            ]

        def put_off(connection: Connection, key: str) -> None:
            mine = and_(free, alerts.c.subscription_key == key, alerts.c.due_at < quiet[key])
            connection.execute(update(alerts).where(mine).values(due_at=quiet[key]))

        for key in self._database.read(look):
            self._database.write(partial(put_off, key=key))

    def seal(self, key: str, now: datetime) -> Plan | None:
        """Do what the subscription's cadence says of what is held for it; None when it is not
        active.

        What a sealed message tells is settled: what comes later is told in the next one.
        """

        def write(connection: Connection) -> Plan | None:
            wanted = select(subscriptions).where(subscriptions.c.key == key, IS_ACTIVE)
            row = connection.execute(wanted.with_for_update(key_share=True)).first()
            if row is None:
                return None
            asked = alert_rows.subscription_of(row)
            plan = digest_schedule.plan(asked.cadence, now, _held(connection, key), _standing(row))
            for gathering in plan.batches:
                self._gather(connection, asked, gathering, now)
            _release(connection, plan.single, now)
            _mark_over(connection, plan.over_budget)
            _remember(connection, key, plan.progress, plan.next_at)
            return plan

        plan = self._database.write(write)
        for gathering in plan.batches if plan else ():
            said = {"of": key, "kind": gathering.kind.value, "articles": len(gathering.keys)}
            log.info("held.sealed", extra=said)
        return plan

    def _gather(
        self, connection: Connection, asked: Subscription, gathering: DigestBatch, now: datetime
    ) -> None:
        """One message out of many alerts, unless there is one of its key.

        Then this machine's clock was put back over a digest, and they wait for the next.
        """
        told = outbox_claims.article_keys(connection, gathering.keys)
        tells = tuple(dict.fromkeys(article for key in gathering.keys for article in told[key]))
        message = Alert(
            key=_message_key(asked, gathering),
            subscription_key=asked.key,
            article_keys=tells,
            content=digest_facts.digest_ready(connection, asked, gathering, tells),
            created_at=now,
            due_at=now,
        )
        if not self._database.insert_new(connection, alerts, [alert_rows.alert_values(message)]):
            log.warning("held.sealed_before", extra={"key": asked.key, "label": gathering.label})
            return
        self._database.insert_new(
            connection, alert_articles, alert_rows.alert_article_values(message)
        )
        for chunk in chunks(gathering.keys):
            connection.execute(
                update(alerts)
                .where(alerts.c.key.in_(chunk))
                .values(state=AlertState.GATHERED, told_in=message.key, held_for=None)
            )

    def change_cadence(self, key: str, asked: DeliverySchedule, now: datetime) -> bool:
        """From now on tell it so; what is held is looked at anew.  False when there is none."""

        def change(connection: Connection) -> bool:
            wanted = select(subscriptions).where(subscriptions.c.key == key)
            row = connection.execute(wanted.with_for_update(key_share=True)).first()
            if row is None:
                return False
            had_digests = delivery_schedule.cadence_of(row.cadence).gathers
            standing = _standing(row) if had_digests else replace(_standing(row), covered_until=now)
            connection.execute(
                update(subscriptions)
                .where(subscriptions.c.key == key)
                .values(cadence=delivery_schedule.cadence_values(asked))
            )
            _remember(connection, key, standing, now)
            return True

        return self._database.write(change)

    def start_anew(self, key: str, now: datetime) -> None:
        """After a pause: the dates that passed in it get no digest; what is held, the next one."""
        change = (
            update(subscriptions)
            .where(subscriptions.c.key == key)
            .values(told_until=now, next_at=now)
        )
        self._database.write(lambda connection: connection.execute(change))

    def outlook(self) -> dict[str, Outlook]:
        """Subscription key → what waits for it; every subscription."""
        counted = (
            select(alerts.c.subscription_key, alerts.c.held_for, func.count().label("number"))
            .where(IS_HELD)
            .group_by(alerts.c.subscription_key, alerts.c.held_for)
        )

        def look(connection: Connection) -> dict[str, Outlook]:
            held: dict[str, dict[HoldReason, int]] = defaultdict(dict)
            for row in connection.execute(counted):
                held[row.subscription_key][row.held_for] = row.number
            return {
                row.key: Outlook(standing=_standing(row), next_at=row.next_at, held=held[row.key])
                for row in connection.execute(select(subscriptions))
            }

        return self._database.read(look)


def _is_due(row: Row[Any], now: datetime) -> bool:
    """Also where this machine's clock was put back: what is planned for then is far away."""
    ran_ahead = row.told_until is not None and row.told_until > now
    return ran_ahead or (row.next_at is not None and row.next_at <= now)


def _message_key(asked: Subscription, gathering: DigestBatch) -> str:
    """The same whoever seals it; another in another life of a subscription of that name."""
    if gathering.kind is not BatchReason.DIGEST:
        return key_of("group", gathering.keys[0])
    return key_of("digest", asked.key, asked.created_at.isoformat(), gathering.label)


def _held(connection: Connection, key: str) -> list[digest_schedule.HeldAlert]:
    """What is held for a subscription, ours until the transaction ends."""
    wanted = (
        select(alerts.c.key, alerts.c.created_at, alerts.c.held_for)
        .where(alerts.c.subscription_key == key, IS_HELD)
        .order_by(alerts.c.key)
        .with_for_update()
    )
    return [
        digest_schedule.HeldAlert(
            key=row.key, created_at=row.created_at, hold=row.held_for or HoldReason.GROUP
        )
        for row in connection.execute(wanted)
    ]


def _standing(row: Row[Any]) -> DigestProgress:
    return DigestProgress(
        covered_until=row.told_until or row.created_at,
        covered_day=row.told_day,
        budget_day=row.spent_on,
        spent=row.spent,
    )


def _remember(
    connection: Connection, key: str, standing: DigestProgress, next_at: datetime | None
) -> None:
    connection.execute(
        update(subscriptions)
        .where(subscriptions.c.key == key)
        .values(
            told_until=standing.covered_until,
            told_day=standing.covered_day,
            spent_on=standing.budget_day,
            spent=standing.spent,
            next_at=next_at,
        )
    )


def _release(connection: Connection, keys: Sequence[str], now: datetime) -> None:
    for chunk in chunks(keys):
        connection.execute(
            update(alerts)
            .where(alerts.c.key.in_(chunk))
            .values(state=AlertState.PENDING, held_for=None, due_at=now)
        )


def _mark_over(connection: Connection, keys: Sequence[str]) -> None:
    for chunk in chunks(keys):
        connection.execute(
            update(alerts).where(alerts.c.key.in_(chunk)).values(held_for=HoldReason.BUDGET)
        )


def wake(connection: Connection, promised: Iterable[Alert]) -> None:
    """See to it that these alerts, just stored, are looked at when the first may go."""
    soonest: dict[str, datetime] = {}
    for alert in promised:
        if alert.state is AlertState.HELD:
            known = soonest.get(alert.subscription_key, alert.due_at)
            soonest[alert.subscription_key] = min(known, alert.due_at)
    for key in sorted(soonest):  # in order: two processes that do the same never deadlock
        later = subscriptions.c.next_at.is_(None) | (subscriptions.c.next_at > soonest[key])
        connection.execute(
            update(subscriptions)
            .where(subscriptions.c.key == key, later)
            .values(next_at=soonest[key])
        )
