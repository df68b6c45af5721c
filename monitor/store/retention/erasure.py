"""Erasure of a subscription: its address, filters, messages and attempts leave the database.

Short transactions beside the service's work.  The order lets an erasure that was interrupted be
started again: the subscription goes last, and only then is nothing left to find it by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, String, cast, delete, exists, func, or_, select, update

from monitor.domain.messages import MessageType
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import (
    alerts,
    attempts,
    events,
    keyed_requests,
    silences,
    subscriptions,
)

T = TypeVar("T")

BATCH = 200  # alerts of one transaction: some tens of milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureStep:
    """What one transaction removed, and where the next one begins."""

    alerts: int
    attempts: int
    last_key: str  # of the last alert that was looked at
    is_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedRows:
    """What the last transaction removed."""

    silences: int  # of this subscription alone
    kept_answers: int  # answers to programs, kept 24 hours for repeats of their requests


class Erasure:
    """Removes all that the database holds about one subscription."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keys_of_removed(self, beginning: str) -> list[str]:
        """Keys of subscriptions that were removed and have alerts, at most two; sorted."""
        is_stored = exists().where(subscriptions.c.key == alerts.c.subscription_key)
        query = (
            select(alerts.c.subscription_key)
            .where(alerts.c.subscription_key.startswith(beginning, autoescape=True), ~is_stored)
            .distinct()
            .order_by(alerts.c.subscription_key)
            .limit(2)
        )
        return self._database.read(lambda connection: list(connection.scalars(query)))

    def step(self, key: str, after: str, *, batch: int = BATCH) -> ErasureStep:
        """Remove the next alerts to the subscription, and others' notices that name it.

        `after` is the key of the alert at which the last step ended, "" for the first step.
        """
        candidates = (
            select(alerts.c.key, alerts.c.subscription_key, alerts.c.data)
            .where(
                alerts.c.key > after,
                or_(alerts.c.subscription_key == key, alerts.c.type == MessageType.DISABLED),
            )
            .order_by(alerts.c.key)
            .limit(batch)
        )

        def erase(connection: Connection) -> ErasureStep:
            rows = connection.execute(candidates).all()
            keys = [row.key for row in rows if row.subscription_key == key or _names(row.data, key)]
            of_alerts = attempts.c.alert_key.in_(keys)
            number = connection.scalar(select(func.count()).select_from(attempts).where(of_alerts))
            connection.execute(delete(alerts).where(alerts.c.key.in_(keys)))
            return ErasureStep(
                alerts=len(keys),
                attempts=number or 0,
                last_key=rows[-1].key if rows else after,
                is_last=len(rows) < batch,
            )

        return self._overwriting(erase)

    def finish(self, key: str) -> ErasedRows:
        """Remove the subscription itself, its silences, and kept answers that name it."""
        answer = cast(keyed_requests.c.answer, String)

        def erase(connection: Connection) -> ErasedRows:
            connection.execute(delete(alerts).where(alerts.c.subscription_key == key))
            connection.execute(delete(subscriptions).where(subscriptions.c.key == key))
            own_silences = delete(silences).where(silences.c.subscription_key == key)
            # an event keeps its number: clients are told by the highest what they missed
            of_key = cast(events.c.data, String).contains(key, autoescape=True)
            connection.execute(update(events).where(of_key).values(data={}))
            answers = delete(keyed_requests).where(answer.contains(key, autoescape=True))
            return ErasedRows(
                silences=connection.execute(own_silences).rowcount,
                kept_answers=connection.execute(answers).rowcount,
            )

        erased = self._overwriting(erase)
        self._database.empty_write_ahead_log()
        return erased

    def _overwriting(self, call: Callable[[Connection], T]) -> T:
        """`write`, in which SQLite overwrites the bytes of the rows that it removes."""

        def overwrite(connection: Connection) -> T:
            with _secure_delete(connection, is_sqlite=self._database.is_sqlite):
                return call(connection)

        return self._database.write(overwrite)


@contextmanager
def _secure_delete(connection: Connection, *, is_sqlite: bool) -> Iterator[None]:
    if not is_sqlite:
        yield
        return
    before = connection.exec_driver_sql("PRAGMA secure_delete").scalar()
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA secure_delete = {before:d}")


def _names(data: dict[str, object], key: str) -> bool:
    """Whether a notice is about this subscription."""
    disabled = data.get("disabled")
    return isinstance(disabled, dict) and disabled.get("subscription") == key
