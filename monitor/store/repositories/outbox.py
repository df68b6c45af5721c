"""The promises to tell someone: claimed by a lease, tried, kept, or listed as undelivered."""

from __future__ import annotations

import builtins
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, func, select, update

from monitor import failpoints
from monitor.domain.alerts import Alert, AlertState, Attempt, Claim, Outcome
from monitor.store.database import key_prefix
from monitor.store.database.transactions import Database, chunks
from monitor.store.mapping import alert_rows
from monitor.store.mapping.attempt_rows import attempt_from_row, attempt_values
from monitor.store.repositories import outbox_claims
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
_OF_SOMEONE = select(subscriptions.c.key).where(HAS_SUBSCRIPTION).exists()
_TRIED = (AlertState.SENT, AlertState.DEAD)
_TOLD = (AlertState.SENT, AlertState.GATHERED)
# How often a claim looks again when another process took all that it had chosen.
_LOOKS = 3


# What becomes of an alert that was tried; a time that is not given stays as it was.
_SETTLE = (
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

    @property
    def settled(self) -> dict[str, object]:
        """The parameters of `_SETTLE`."""
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
    """The tables of alerts, of what they tell, and of the attempts to."""

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
        """Lease alerts that are due to this process until `now` + `lease`.

        At most `per_subscription` of each, the longest due first, and those of the subscriptions
        in `exclude` not at all: one endpoint with 500 due alerts does not fill the batch.  Those
        of a subscription that is not active wait.  An alert is leased once at a time; when the
        lease runs out, another process may have it.
        """
        most = min(limit, per_subscription)
        due = outbox_claims.due(now, exclude, most, is_sqlite=self._database.is_sqlite)

        def take(connection: Connection) -> tuple[bool, builtins.list[Claim]]:
            keys = outbox_claims.in_turns(connection.execute(due), limit)
            return bool(keys), outbox_claims.take(connection, keys, now, now + lease)

        for _ in range(_LOOKS):
            were_due, taken = self._database.write(take)
            if taken or not were_due:
                return taken
        return []

    def add(self, promised: Iterable[Alert]) -> int:
        """Keep alerts that no poll causes, in one transaction; return how many were new."""
        promised = list(promised)
        values = [alert_rows.alert_values(alert) for alert in promised]
        told = [row for alert in promised for row in alert_rows.told_values(alert)]

        def keep(connection: Connection) -> int:
            new = self._database.insert_new(connection, alerts, values)
            self._database.insert_new(connection, alert_articles, told)
            return new

        return self._database.write(keep) if promised else 0

    def record(self, attempt: Attempt, *, token: str, due_at: datetime | None) -> bool:
        """`record_all` of one."""
        return self.record_all([RecordedAttempt(attempt=attempt, token=token, due_at=due_at)])[0]

    def record_all(self, tried: Sequence[RecordedAttempt]) -> builtins.list[bool]:
        """Keep attempts in one transaction, and what follows of each: sent, again, or given up.

        In the order given, False for each whose lease is no longer ours: its alert stays as it
        is, and the attempt is kept all the same.  Raise ValueError when LATER comes without the
        time of the next try, and then nothing is stored.
        """
        if any(one.attempt.outcome is Outcome.LATER and one.due_at is None for one in tried):
            raise ValueError("an alert to be tried later needs the time of the next try")

        def keep(connection: Connection) -> builtins.list[bool]:
            held = outbox_claims.held(connection, [one.attempt.alert_key for one in tried])
            there = [one for one in tried if one.attempt.alert_key in held]
            ours = {one.token: one for one in there if held[one.attempt.alert_key] == one.token}
            if ours:
                connection.execute(_SETTLE, [one.settled for one in ours.values()])
            kept = [attempt_values(one.attempt, one.token) for one in there]
            self._database.insert_new(connection, attempts, kept)
            failpoints.hit(failpoints.Point.RECORDING)
            return [one.token in ours for one in tried]

        return self._database.write(keep) if tried else []

    def extend(self, tokens: Iterable[str], until: datetime) -> set[str]:
        """Keep what was claimed and is not recorded yet ours until then; return what still is."""
        change = (
            update(alerts)
            .where(alerts.c.lease_token == bindparam("token"), IS_PENDING)
            .values(lease_until=until)
        )
        wanted = list(tokens)

        def keep(connection: Connection) -> set[str]:
            connection.execute(change, [{"token": token} for token in wanted])
            return outbox_claims.still_held(connection, wanted)

        return self._database.write(keep) if wanted else set()

    def release(self, tokens: Iterable[str]) -> None:
        """Give back what was claimed and not tried: due as before."""
        change = (
            update(alerts)
            .where(alerts.c.lease_token == bindparam("token"), IS_PENDING)
            .values(lease_until=None, lease_token=None)
        )
        ours = [{"token": token} for token in tokens]
        if ours:
            self._database.write(lambda connection: connection.execute(change, ours))

    def retry(self, key: str, now: datetime) -> bool:
        """Make an alert due now, whether it was given up, waits, is held or silenced.

        False for any other: it was told.  One that was given up is tried as often again as a new
        one.
        """
        change = (
            update(alerts)
            .where(alerts.c.key == key, alerts.c.state.not_in(_TOLD), _OF_SOMEONE)
            .values(
                state=AlertState.PENDING,
                held_for=None,
                due_at=now,
                attempts=case((IS_PENDING, alerts.c.attempts), else_=0),
            )
        )
        return self._database.write(lambda connection: connection.execute(change).rowcount > 0)

    def replay(self, keys: Iterable[str], now: datetime) -> int:
        """Send these again under their old keys, those that were sent included; return how many.

        What waits or was silenced is left as it is; what was told in a digest is sent again in it.
        """
        change = update(alerts).values(state=AlertState.PENDING, due_at=now, attempts=0)

        def renew(connection: Connection) -> int:
            return sum(
                connection.execute(
                    change.where(alerts.c.key.in_(chunk), alerts.c.state.in_(_TRIED), _OF_SOMEONE)
                ).rowcount
                for chunk in chunks(keys)
            )

        return self._database.write(renew)

    def find(self, key: str) -> Alert | None:
        """The alert of this key, or whose key alone begins so (6 digits or more).

        Raise ConfigError when several begin so.
        """

        def look(connection: Connection) -> Alert | None:
            row = key_prefix.find_row(connection, alerts, key)
            return (
                alert_rows.alert_of(row, outbox_claims.told_of(connection, [row.key])[row.key])
                if row
                else None
            )

        return self._database.read(look)

    def attempts(self, alert_key: str) -> builtins.list[Attempt]:
        """Every try of one alert, the oldest first."""
        wanted = (
            select(attempts)
            .where(attempts.c.alert_key == alert_key)
            .order_by(attempts.c.at, attempts.c.number, attempts.c.token)
        )
        return self._database.read(
            lambda connection: [attempt_from_row(row) for row in connection.execute(wanted)]
        )

    def next_due(self, now: datetime) -> datetime | None:
        """When the next alert can be claimed: `now` when one waits already, None when none does."""
        rests = subscriptions.c.rests_until
        waiting = outbox_claims.due(now, (), 1, is_sqlite=self._database.is_sqlite).limit(1)
        free_at = case(
            (alerts.c.lease_until > alerts.c.due_at, alerts.c.lease_until), else_=alerts.c.due_at
        )
        awake_at = case((rests > free_at, rests), else_=free_at)
        soonest = select(func.min(awake_at)).where(
            IS_PENDING, HAS_SUBSCRIPTION, outbox_claims.may_be_told
        )

        def look(connection: Connection) -> datetime | None:
            if connection.execute(waiting).first():
                return now
            found: datetime | None = connection.scalar(soonest)
            return found

        return self._database.read(look)

    def counts(self, *, subscription: str | None = None) -> dict[AlertState, int]:
        """How many alerts are in each state, of one subscription or of all."""
        counted = select(alerts.c.state, func.count().label("number")).group_by(alerts.c.state)
        if subscription is not None:
            counted = counted.where(alerts.c.subscription_key == subscription)
        found = self._database.read(lambda connection: connection.execute(counted).all())
        return dict.fromkeys(AlertState, 0) | {row.state: row.number for row in found}

    def list(
        self,
        *,
        state: AlertState | None = None,
        subscription: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = 50,
    ) -> builtins.list[Alert]:
        """Alerts, the newest first: in this state, of the subscription of this key, made since
        and before these instants; all of them without a limit.
        """
        wanted = select(alerts).order_by(alerts.c.created_at.desc(), alerts.c.key.desc())
        if state is not None:
            wanted = wanted.where(alerts.c.state == state)
        if subscription is not None:
            wanted = wanted.where(alerts.c.subscription_key == subscription)
        if since is not None:
            wanted = wanted.where(alerts.c.created_at >= since)
        if until is not None:
            wanted = wanted.where(alerts.c.created_at < until)

        def look(connection: Connection) -> builtins.list[Alert]:
            found = connection.execute(wanted.limit(limit)).all()
            told = outbox_claims.told_of(connection, [row.key for row in found])
            return [alert_rows.alert_of(row, told[row.key]) for row in found]

        return self._database.read(look)
