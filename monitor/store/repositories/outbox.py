"""The outbox: alerts to deliver, claimed by a lease, sent, retried, or listed as undelivered."""

from __future__ import annotations

import builtins
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)

from monitor import failpoints
from monitor.domain.alerts import Alert, AlertState, Attempt, Claim, Outcome
from monitor.domain.events.event_types import NewEvent
from monitor.store.database import key_prefix
from monitor.store.database.transactions import Database, chunks, select_in
from monitor.store.events import event_contents, event_writes
from monitor.store.mapping import alert_rows, outbox_queries
from monitor.store.mapping.column_text import Values
from monitor.store.mapping.outbox_queries import AlertFilter
from monitor.store.repositories import outbox_claims
from monitor.store.repositories.outbox_claims import LeaseState
from monitor.store.schema.base import SENT
from monitor.store.schema.tables import (
    HAS_SUBSCRIPTION,
    IS_PENDING,
    alert_articles,
    alerts,
    attempts,
    subscriptions,
)

_STATES = {
    Outcome.SENT: AlertState.SENT,
    Outcome.LATER: AlertState.PENDING,
    Outcome.DEAD: AlertState.DEAD,
}
# How often a claim chooses again when another process took all the alerts it had chosen.
_CLAIM_TRIES = 3
# Messages among which the last accepted one is looked for.
_NEWEST_SENT = 20


# Records the outcome of an attempt in its alert; without a next due time, `due_at` stays.
_RECORD_OUTCOME = (
    update(alerts)
    .where(alerts.c.key == bindparam("of_key"))
    .values(
        state=bindparam("now_is"),
        attempts=bindparam("tries"),
        last_error=bindparam("error"),
        due_at=func.coalesce(bindparam("next_try", type_=alerts.c.due_at.type), alerts.c.due_at),
        lease_until=None,
        lease_token=None,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedAttempt:
    """An attempt, the token of the claim it was made under, and when the next try is due."""

    attempt: Attempt
    token: str
    due_at: datetime | None

    def decides(self, lease: LeaseState) -> bool:
        """Whether the attempt changes its alert, whose lease this is."""
        was_accepted = self.attempt.outcome is Outcome.SENT
        return lease.token == self.token or (was_accepted and lease.is_pending)

    def event(self, lease: LeaseState) -> NewEvent:
        """What the log says of it."""
        subscription, message_type = lease.subscription_key, lease.message_type
        return event_contents.delivery_attempted(
            self.attempt, subscription, message_type, self.due_at
        )

    @property
    def outcome_values(self) -> dict[str, object]:
        """The parameters of `_RECORD_OUTCOME`."""
        attempt = self.attempt
        sent = attempt.outcome is Outcome.SENT
        return {
            "of_key": attempt.alert_key,
            "now_is": _STATES[attempt.outcome],
            "tries": attempt.number,
            "error": None if sent else f"{attempt.reason.value}: {attempt.detail}",
            "next_try": self.due_at,
        }


class Outbox:
    """The tables of alerts, of the articles they are about, and of delivery attempts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(
        self,
        now: datetime,
        *,
        limit: int,
        per_subscription: int,
        lease: timedelta,
        exclude: Collection[str] = (),
    ) -> builtins.list[Claim]:
        """Lease due alerts to this process until `now` + `lease`.

        At most `per_subscription` of each subscription, the longest overdue first, and none of
        those in `exclude`: one endpoint with 500 due alerts does not fill the batch.  The alerts
        of an inactive subscription wait.  An alert has one lease at a time; when the lease ends,
        another process may claim it.
        """
        due = outbox_claims.due(is_sqlite=self._database.is_sqlite)
        parameters = outbox_claims.due_parameters(now, exclude, min(limit, per_subscription))

        def take(connection: Connection) -> tuple[bool, builtins.list[Claim]]:
            keys = outbox_claims.in_turns(connection.execute(due, parameters), limit)
            return bool(keys), outbox_claims.take(connection, keys, now, now + lease)

        for _ in range(_CLAIM_TRIES):
            were_due, claims = self._database.write(take)
            if claims or not were_due:
                return claims
        return []

    def add(self, new: Iterable[Alert]) -> int:
        """Store alerts that no poll causes, in one transaction; return how many were new."""
        new = list(new)
        rows = [alert_rows.alert_values(alert) for alert in new]
        article_rows: builtins.list[Values] = []
        for alert in new:
            article_rows += alert_rows.alert_article_values(alert)

        def insert(connection: Connection) -> int:
            number = self._database.insert_new(connection, alerts, rows)
            self._database.insert_new(connection, alert_articles, article_rows)
            return number

        return self._database.write(insert) if new else 0

    def record(self, attempt: Attempt, *, token: str, due_at: datetime | None) -> bool:
        """`record_all` of one."""
        return self.record_all([RecordedAttempt(attempt=attempt, token=token, due_at=due_at)])[0]

    def record_all(self, entries: Sequence[RecordedAttempt]) -> builtins.list[bool]:
        """Store attempts and their outcomes in one transaction: sent, to be retried, or dead.

        The answer, in the same order, is False for each attempt whose lease is no longer held:
        the attempt is stored, its alert is not changed.  A message that was accepted ends its
        alert even then, if it still waits: whoever claimed it since need not send it again.
        Raise ValueError, and store nothing, when an outcome LATER comes without the time of the
        next try.
        """
        for entry in entries:
            if entry.attempt.outcome is Outcome.LATER and entry.due_at is None:
                raise ValueError("an alert to be tried later needs the time of the next try")

        def store(connection: Connection) -> builtins.list[bool]:
            alert_keys = [entry.attempt.alert_key for entry in entries]
            leases = outbox_claims.held(connection, alert_keys)  # of the alerts that exist
            stored = [entry for entry in entries if entry.attempt.alert_key in leases]
            current = {
                entry.token: entry
                for entry in stored
                if entry.decides(leases[entry.attempt.alert_key])
            }
            if current:
                outcomes = [entry.outcome_values for entry in current.values()]
                connection.execute(_RECORD_OUTCOME, outcomes)
            rows = [alert_rows.attempt_values(entry.attempt, entry.token) for entry in stored]
            self._database.insert_new(connection, attempts, rows)
            failpoints.hit(failpoints.Point.RECORDING)
            new = [entry.event(leases[entry.attempt.alert_key]) for entry in current.values()]
            event_writes.add(self._database, connection, new)
            return [entry.token in current for entry in entries]

        return self._database.write(store) if entries else []

    def extend(self, tokens: Iterable[str], until: datetime) -> set[str]:
        """Extend the leases with these tokens until then; return the tokens still held."""
        change = (
            update(alerts)
            .where(alerts.c.lease_token == bindparam("token"), IS_PENDING)
            .values(lease_until=until)
        )
        lease_tokens = list(tokens)

        def extend(connection: Connection) -> set[str]:
            connection.execute(change, [{"token": token} for token in lease_tokens])
            return outbox_claims.still_held(connection, lease_tokens)

        return self._database.write(extend) if lease_tokens else set()

    def release(self, tokens: Iterable[str]) -> None:
        """End the leases of alerts that were not tried; their due times stay."""
        change = (
            update(alerts)
            .where(alerts.c.lease_token == bindparam("token"), IS_PENDING)
            .values(lease_until=None, lease_token=None)
        )
        leases = [{"token": token} for token in tokens]
        if leases:
            self._database.write(lambda connection: connection.execute(change, leases))

    def retry(self, key: str, now: datetime) -> bool:
        """Make an alert due now that is pending, held, silenced or dead.

        False for any other: it was delivered.  A dead alert gets as many tries as a new one.
        """
        change = outbox_queries.retry(key, now)
        return self._database.write(lambda connection: connection.execute(change).rowcount > 0)

    def count_finished(self, subscription: str, since: datetime, until: datetime) -> int:
        """How many alerts of this span `replay_span` would send again."""
        conditions = outbox_queries.finished_in(subscription, since, until)
        query = select(func.count()).select_from(alerts).where(*conditions)
        return self._database.read(lambda connection: int(connection.scalar(query) or 0))

    def replay_span(
        self, subscription: str, since: datetime, until: datetime, now: datetime
    ) -> int:
        """`replay` of all the sent or dead alerts of this span."""
        conditions = outbox_queries.finished_in(subscription, since, until)
        change = outbox_queries.send_again(now).where(*conditions)
        return self._database.write(lambda connection: connection.execute(change).rowcount)

    def retry_dead(self, now: datetime, subscription: str | None = None) -> int:
        """Make every alert due now that was given up, of one subscription or of all."""
        change = outbox_queries.send_again(now).where(alerts.c.state == AlertState.DEAD)
        if subscription is not None:
            change = change.where(alerts.c.subscription_key == subscription)
        return self._database.write(lambda connection: connection.execute(change).rowcount)

    def replay(self, keys: Iterable[str], now: datetime) -> int:
        """Send these sent or dead alerts again under their old keys; return how many.

        Pending and silenced alerts are left as they are; an alert that was part of a digest is sent
        again with it.
        """
        change = outbox_queries.send_again(now).where(outbox_queries.IS_FINISHED)
        alert_keys = list(keys)

        def reset(connection: Connection) -> int:
            number = 0
            for chunk in chunks(alert_keys):
                number += connection.execute(change.where(alerts.c.key.in_(chunk))).rowcount
            return number

        return self._database.write(reset)

    def find(self, key: str) -> Alert | None:
        """The alert with this key, or the only one whose key begins so (4 digits or more).

        Raise ConfigError when several begin so.
        """

        def select_alert(connection: Connection) -> Alert | None:
            row = key_prefix.find_row(connection, alerts, key)
            if row is None:
                return None
            article_keys = outbox_claims.article_keys(connection, [row.key])
            return alert_rows.alert_from_row(row, article_keys[row.key])

        return self._database.read(select_alert)

    def claim_to_show(self, alert_key: str) -> Claim | None:
        """What the message of an alert is made of, without a lease.

        None where the alert does not exist, or its subscription was removed.
        """
        query = select(alerts).where(alerts.c.key == alert_key)

        def read(connection: Connection) -> Claim | None:
            row = connection.execute(query).first()
            return outbox_claims.unleased(connection, row) if row else None

        return self._database.read(read)

    def attempts(self, alert_key: str) -> builtins.list[Attempt]:
        """Every attempt to deliver one alert, the oldest first."""
        query = (
            select(attempts)
            .where(attempts.c.alert_key == alert_key)
            .order_by(attempts.c.at, attempts.c.number, attempts.c.token)
        )
        return self._database.read(
            lambda connection: [
                alert_rows.attempt_from_row(row) for row in connection.execute(query)
            ]
        )

    def attempts_of(self, alert_keys: Iterable[str]) -> dict[str, builtins.list[Attempt]]:
        """Alert key → every attempt to deliver it, the oldest first; empty without one."""
        by_alert: dict[str, builtins.list[Attempt]] = {key: [] for key in alert_keys}
        query = select(attempts).order_by(attempts.c.at, attempts.c.number, attempts.c.token)

        def read(connection: Connection) -> None:
            for row in select_in(connection, query, attempts.c.alert_key, by_alert):
                by_alert[row.alert_key].append(alert_rows.attempt_from_row(row))

        self._database.read(read)
        return by_alert

    def last_accepted_at(self, subscription: str) -> datetime | None:
        """When the receiver of this subscription last accepted a message; None: never.

        Looks at its newest messages: one that was sent again later than them is not seen.
        """
        newest = (
            select(alerts.c.key)
            .where(alerts.c.subscription_key == subscription, SENT)
            .order_by(alerts.c.created_at.desc())
            .limit(_NEWEST_SENT)
        )
        last = select(func.max(attempts.c.at)).where(
            attempts.c.alert_key.in_(newest), attempts.c.outcome == Outcome.SENT
        )

        def read(connection: Connection) -> datetime | None:
            at: datetime | None = connection.scalar(last)
            return at

        return self._database.read(read)

    def next_due(self, now: datetime) -> datetime | None:
        """When the next alert can be claimed: `now` if one is due already, None if none waits."""
        paused_until = subscriptions.c.rests_until
        waiting = outbox_claims.due(is_sqlite=self._database.is_sqlite).limit(1)
        free_at = case(
            (alerts.c.lease_until > alerts.c.due_at, alerts.c.lease_until), else_=alerts.c.due_at
        )
        claimable_at = case((paused_until > free_at, paused_until), else_=free_at)
        soonest = select(func.min(claimable_at)).where(
            IS_PENDING, HAS_SUBSCRIPTION, outbox_claims.may_be_told
        )

        def select_next(connection: Connection) -> datetime | None:
            if connection.execute(waiting, outbox_claims.due_parameters(now, (), 1)).first():
                return now
            due_at: datetime | None = connection.scalar(soonest)
            return due_at

        return self._database.read(select_next)

    def counts(self, *, subscription: str | None = None) -> dict[AlertState, int]:
        """How many alerts are in each state, of one subscription or of all."""
        query = select(alerts.c.state, func.count().label("number")).group_by(alerts.c.state)
        if subscription is not None:
            query = query.where(alerts.c.subscription_key == subscription)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return dict.fromkeys(AlertState, 0) | {row.state: row.number for row in rows}

    def list(
        self,
        *,
        state: AlertState | None = None,
        subscription: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = 50,
    ) -> builtins.list[Alert]:
        """`page` of such alerts, the newest first; all of them without a limit."""
        alert_filter = AlertFilter(state=state, subscription=subscription, since=since, until=until)
        return self.page(alert_filter, limit=limit)

    def page(
        self,
        alert_filter: AlertFilter,
        *,
        after: tuple[datetime, str] | None = None,
        limit: int | None = 50,
    ) -> builtins.list[Alert]:
        """The alerts that the filter describes, the newest first; all of them without a limit.

        `after` is the creation time and the key of the last alert of the page before.
        """
        query = select(alerts).order_by(alerts.c.created_at.desc(), alerts.c.key.desc())
        query = query.where(*alert_filter.conditions())
        if after is not None:
            created_at, key = after
            is_later = and_(alerts.c.created_at == created_at, alerts.c.key < key)
            query = query.where(or_(alerts.c.created_at < created_at, is_later))

        def select_alerts(connection: Connection) -> builtins.list[Alert]:
            rows = connection.execute(query.limit(limit)).all()
            article_keys = outbox_claims.article_keys(connection, [row.key for row in rows])
            return [alert_rows.alert_from_row(row, article_keys[row.key]) for row in rows]

        return self._database.read(select_alerts)
