"""The database itself allows one running training for each topic."""

from __future__ import annotations

from sqlalchemy import Connection

from monitor.store.database.stored_states import TrainingState
from monitor.store.schema.tables import pack_trainings
from tests.fakes import NOW
from tests.store.schema.rows import add, count, refuses


def test_two_trainings_of_a_topic_never_run_at_once(connection: Connection) -> None:
    row = {
        "topic": "wolves", "started_at": NOW, "started_by": "Otto", "step": "", "beat_at": NOW,
        "fault": "", "marks": 0, "current_pack": "", "candidate_pack": "",
        "state": TrainingState.RUNNING,
    }  # fmt: skip
    add(connection, pack_trainings, key="a", **row)
    refuses(connection, pack_trainings, key="b", **row)
    add(connection, pack_trainings, key="b", **row | {"topic": "floods"})
    add(connection, pack_trainings, key="c", **row | {"state": TrainingState.DONE})
    add(connection, pack_trainings, key="d", **row | {"state": TrainingState.DONE})
    assert count(connection, pack_trainings) == 4
