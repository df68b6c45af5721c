"""Trainings run one at a time for each topic, on both databases; a lost one does not block."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from monitor.access.accounts import AuditEntry
from monitor.access.caller import Door
from monitor.domain.keys import key_of
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.database.stored_states import TrainingState
from monitor.store.store import Store
from monitor.store.teaching.pack_training import PackTraining, TrainingOutcome
from monitor.store.teaching.pack_trainings import LEASE, LOST
from tests.fakes import NOW

SECOND = timedelta(seconds=1)
ENTRY = AuditEntry(
    at=NOW, caller="Otto", door=Door.CONSOLE, act="train candidate", target="wolves"
)  # fmt: skip
OUTCOME = TrainingOutcome(
    marks=31, current_pack="wolves@0", candidate_pack="wolves@1", report={"held_out": 6}
)


def a_training(name: str = "first", **changes: Any) -> PackTraining:
    training = PackTraining(
        key=key_of(name), topic="wolves", started_at=NOW, started_by="Otto", beat_at=NOW
    )
    return replace(training, **changes)


def test_a_training_is_followed_to_its_end(store: Store) -> None:
    training = a_training()
    assert store.pack_trainings.begin(training, ENTRY)
    assert store.pack_trainings.newest("wolves", NOW) == training
    assert store.pack_trainings.newest_done("wolves", NOW) is None
    assert store.pack_trainings.beat(training.key, NOW + SECOND, "comparing the packs")
    assert store.pack_trainings.beat(training.key, NOW + 2 * SECOND)
    running = store.pack_trainings.newest("wolves", NOW + LEASE)
    assert running == replace(training, step="comparing the packs", beat_at=NOW + 2 * SECOND)
    assert store.pack_trainings.finish(training.key, NOW + 3 * SECOND, OUTCOME)
    done = store.pack_trainings.newest_done("wolves", NOW)
    assert done is not None
    assert (done.state, done.candidate_pack, done.marks) == (TrainingState.DONE, "wolves@1", 31)
    assert (done.report, done.ended_at) == ({"held_out": 6}, NOW + 3 * SECOND)
    assert store.pack_trainings.find(training.key, NOW) == done
    assert not store.pack_trainings.beat(training.key, NOW + 4 * SECOND)
    assert not store.pack_trainings.fail(training.key, NOW + 4 * SECOND, "too late")


def test_a_second_one_of_the_topic_waits_and_leaves_no_trace(store: Store) -> None:
    assert store.pack_trainings.begin(a_training(), ENTRY)
    assert not store.pack_trainings.begin(a_training("second"), ENTRY)
    assert store.pack_trainings.begin(a_training("other", topic="floods"), ENTRY)
    assert len(store.audit_log.list(AuditFilter(act="train candidate"), 10)) == 2
    assert store.pack_trainings.fail(a_training().key, NOW, "no examples")
    assert store.pack_trainings.begin(a_training("second", started_at=NOW + SECOND), ENTRY)


def test_a_training_whose_process_is_gone_has_failed_and_the_next_may_begin(store: Store) -> None:
    store.pack_trainings.begin(a_training(), ENTRY)
    later = NOW + LEASE + SECOND
    lost = store.pack_trainings.newest("wolves", later)
    assert lost is not None
    assert (lost.state, lost.fault, lost.ended_at) == (TrainingState.FAILED, LOST, NOW)
    second = a_training("second", started_at=later, beat_at=later)
    assert store.pack_trainings.begin(second, ENTRY)
    assert store.pack_trainings.newest("wolves", later) == second
    assert not store.pack_trainings.finish(a_training().key, later, OUTCOME)
