"""A training is announced, done once at a time, and kept with its outcome."""

from __future__ import annotations

import pytest

from monitor.access.caller import local_caller
from monitor.actions.teaching import trainings
from monitor.actions.teaching.training_report import report_of
from monitor.domain.errors import ConfigError
from monitor.settings import loader
from monitor.settings.sections import Settings
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.database.stored_states import TrainingState
from monitor.store.store import Store
from tests.fakes import NOW

OTTO = local_caller("Otto", NOW)


def test_a_training_leaves_its_comparison_and_what_would_change(
    wolves: Settings, wolf_store: Store
):
    training = trainings.begin_training(wolf_store, wolves, OTTO, NOW, reason="the circus came")
    steps: list[str] = []
    trained = trainings.run_training(
        wolf_store, wolves, training, lambda: NOW, on_step=steps.append
    )
    done = wolf_store.pack_trainings.newest_done("wolves", NOW)
    assert done is not None
    assert (done.candidate_pack, done.marks) == (trained.candidate, trained.marks)
    report = report_of(done)
    assert report is not None
    assert report.rows == tuple(trained.comparison.rows())
    assert (report.changes.articles, report.changes.days) == (6, 7)
    assert [step.split()[0] for step in steps] == ["training", "comparing", "judging"]
    (entry,) = wolf_store.audit_log.list(AuditFilter(), 10)
    assert (entry.act, entry.caller, entry.target) == ("train candidate", "Otto", "wolves")
    assert (entry.reason, entry.after) == ("the circus came", {"marks": trained.marks})


def test_a_second_training_is_refused_while_one_runs(wolves: Settings, wolf_store: Store):
    trainings.begin_training(wolf_store, wolves, OTTO, NOW)
    with pytest.raises(ConfigError, match="a training by Otto runs already"):
        trainings.begin_training(wolf_store, wolves, local_caller("Ann", NOW), NOW)


def test_a_failure_is_kept_with_its_reason_and_the_next_may_begin(
    wolves: Settings, wolf_store: Store
):
    examples = wolves.folder / "wolves" / "examples"
    examples.rename(examples.with_name("gone"))
    training = trainings.begin_training(wolf_store, wolves, OTTO, NOW)
    with pytest.raises(ConfigError, match="has no examples"):
        trainings.run_training(wolf_store, wolves, training, lambda: NOW)
    failed = wolf_store.pack_trainings.newest("wolves", NOW)
    assert failed is not None
    assert failed.state is TrainingState.FAILED
    assert "this pack has no examples" in failed.fault
    assert trainings.begin_training(wolf_store, wolves, OTTO, NOW).is_running


def test_nothing_begins_without_marks_or_where_no_pack_can_be_promoted(wolves: Settings):
    with Store.open(wolves.database_url) as store:
        with pytest.raises(ConfigError, match="0 marks, and none to learn from"):
            trainings.begin_training(store, wolves, OTTO, NOW)
        assert wolves.path is not None
        wolves.path.write_text('[topic]\npack = "./wolves"\n')
        by_path = loader.load(wolves.path, environment={})
        with pytest.raises(ConfigError, match="is a path and is used as it is"):
            trainings.begin_training(store, by_path, OTTO, NOW)
        assert store.pack_trainings.newest("wolves", NOW) is None
