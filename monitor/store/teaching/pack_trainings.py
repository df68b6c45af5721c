"""Trainings of packs: begun one at a time, followed while they run, kept with their outcome."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from monitor.access.accounts import AuditEntry
from monitor.store.access.audit_repository import insert_entry
from monitor.store.database.stored_states import TrainingState
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import pack_trainings
from monitor.store.teaching.pack_training import PackTraining, TrainingOutcome

# A training that gave no sign of life for so long has ended without a result.
LEASE = timedelta(minutes=1)
LOST = "the process that trained ended without a result; train again"


class PackTrainings:
    """The table of trainings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, training: PackTraining, entry: AuditEntry) -> bool:
        """Store a training that begins; False, and nothing is stored, while another one runs.

        Another one that gave no sign of life within `LEASE` has failed.
        """
        lost_before = training.started_at - LEASE

        def write(connection: Connection) -> bool:
            is_lost = (pack_trainings.c.topic == training.topic) & (
                pack_trainings.c.beat_at < lost_before
            )
            _end(connection, is_lost, training.started_at, LOST)
            is_new = self._database.insert_new(connection, pack_trainings, [_values(training)]) > 0
            if is_new:
                insert_entry(connection, entry)
            return is_new

        return self._database.write(write)

    def beat(self, key: str, now: datetime, step: str | None = None) -> bool:
        """Give a sign of life, and say what is done now; False when it does not run any more."""
        values: dict[str, object] = {"beat_at": now} | ({} if step is None else {"step": step})
        change = update(pack_trainings).where(_is_running(key)).values(values)
        return self._database.write(lambda connection: connection.execute(change).rowcount > 0)

    def finish(self, key: str, now: datetime, outcome: TrainingOutcome) -> bool:
        """Store what a training has made; False when it does not run any more."""
        change = (
            update(pack_trainings)
            .where(_is_running(key))
            .values(
                state=TrainingState.DONE,
                step="",
                beat_at=now,
                ended_at=now,
                marks=outcome.marks,
                current_pack=outcome.current_pack,
                candidate_pack=outcome.candidate_pack,
                report=dict(outcome.report),
            )
        )
        return self._database.write(lambda connection: connection.execute(change).rowcount > 0)

    def fail(self, key: str, now: datetime, fault: str) -> bool:
        """Store why a training failed; False when it does not run any more."""
        return self._database.write(
            lambda connection: _end(connection, _is_running(key), now, fault)
        )

    def find(self, key: str, now: datetime) -> PackTraining | None:
        """The training with this key."""
        return self._first(pack_trainings.c.key == key, now)

    def newest(self, topic: str, now: datetime) -> PackTraining | None:
        """The last training of a topic; None when there was none."""
        return self._first(pack_trainings.c.topic == topic, now)

    def newest_done(self, topic: str, now: datetime) -> PackTraining | None:
        """The last training of a topic that made a candidate."""
        is_done = pack_trainings.c.state == TrainingState.DONE
        return self._first((pack_trainings.c.topic == topic) & is_done, now)

    def _first(self, condition: ColumnElement[bool], now: datetime) -> PackTraining | None:
        newest = (pack_trainings.c.started_at.desc(), pack_trainings.c.key)
        query = select(pack_trainings).where(condition).order_by(*newest).limit(1)
        row = self._database.read(lambda connection: connection.execute(query).first())
        return _training(row, now) if row else None


def _is_running(key: str) -> ColumnElement[bool]:
    return (pack_trainings.c.key == key) & (pack_trainings.c.state == TrainingState.RUNNING)


def _end(connection: Connection, condition: ColumnElement[bool], now: datetime, fault: str) -> bool:
    change = update(pack_trainings).where(
        condition, pack_trainings.c.state == TrainingState.RUNNING
    )
    values = {"state": TrainingState.FAILED, "step": "", "ended_at": now, "fault": fault}
    return connection.execute(change.values(values)).rowcount > 0


def _values(training: PackTraining) -> dict[str, object]:
    return {
        "key": training.key,
        "topic": training.topic,
        "started_at": training.started_at,
        "started_by": training.started_by,
        "state": training.state,
        "step": training.step,
        "beat_at": training.beat_at,
        "ended_at": training.ended_at,
        "fault": training.fault,
        "marks": training.marks,
        "current_pack": training.current_pack,
        "candidate_pack": training.candidate_pack,
        "report": None if training.report is None else dict(training.report),
    }


def _training(row: Row[Any], now: datetime) -> PackTraining:
    """The training of a row; one that gave no sign of life for a while has failed."""
    is_lost = row.state is TrainingState.RUNNING and row.beat_at < now - LEASE
    return PackTraining(
        key=row.key,
        topic=row.topic,
        started_at=row.started_at,
        started_by=row.started_by,
        state=TrainingState.FAILED if is_lost else row.state,
        step="" if is_lost else row.step,
        beat_at=row.beat_at,
        ended_at=row.beat_at if is_lost else row.ended_at,
        fault=LOST if is_lost else row.fault,
        marks=row.marks,
        current_pack=row.current_pack,
        candidate_pack=row.candidate_pack,
        report=row.report,
    )
