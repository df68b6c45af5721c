"""From marks to a candidate in use, and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.access.caller import local_caller
from monitor.actions.teaching.candidates import (
    plan_candidate,
    promote_candidate,
    record_switch,
    roll_back,
    train_candidate,
    train_pack,
)
from monitor.domain.errors import ConfigError
from monitor.runtime import topic_pack
from monitor.settings.sections import Settings
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.actions.teaching.conftest import TITLES, mark_all
from tests.fakes import NOW


def test_a_candidate_is_trained_compared_promoted_and_rolled_back(
    empty_store: Store, wolves: Settings
):
    mark_all(empty_store, relevant=False)
    plan = plan_candidate(empty_store, wolves)
    assert len(plan.taught) + len(plan.held_out) == len(TITLES)
    trained = train_candidate(plan, wolves)
    assert trained.marks == len(plan.taught)
    assert trained.as_json()["candidate"] == trained.candidate != trained.current
    assert topic_pack.load_pack(wolves).id == trained.current
    with pytest.raises(ConfigError, match="another candidate was trained meanwhile"):
        promote_candidate(wolves, accept_loss=False, seen="0123456789ab")
    switch = promote_candidate(wolves, accept_loss=False, seen=trained.folder.name)
    assert (switch.before, switch.in_use) == (trained.current, trained.candidate)
    assert topic_pack.load_pack(wolves).id == trained.candidate
    rollback = roll_back(wolves)
    assert rollback.in_use == trained.current
    record_switch(empty_store, local_caller("Otto", NOW), rollback, NOW, reason="too many zoos")
    (entry,) = empty_store.audit_log.list(AuditFilter(), 10)
    assert (entry.act, entry.caller, entry.reason) == ("roll back pack", "Otto", "too many zoos")


def test_without_marks_there_is_nothing_to_learn(empty_store: Store, wolves: Settings):
    with pytest.raises(ConfigError, match="0 marks, and none to learn from"):
        plan_candidate(empty_store, wolves)


def test_a_pack_named_by_a_path_needs_a_place_for_its_candidate(
    empty_store: Store, wolves: Settings, tmp_path: Path
):
    mark_all(empty_store, relevant=False)
    by_path = wolves.model_copy(
        update={"topic": wolves.topic.model_copy(update={"pack": "./wolves"})}
    )
    with pytest.raises(ConfigError, match="used as it is"):
        plan_candidate(empty_store, by_path)
    with pytest.raises(ConfigError, match="used as it is"):
        promote_candidate(by_path, accept_loss=True)
    plan = plan_candidate(empty_store, by_path, out=tmp_path / "better")
    assert replace(plan, out=None).base == plan.base


def test_the_examples_of_another_topic_are_refused(
    empty_store: Store, settings: Settings, topic: Path
):
    with pytest.raises(ConfigError, match="is the topic 'wolves'"):
        plan_candidate(empty_store, settings, base=topic)


def test_a_pack_is_trained_from_its_own_examples(wolves: Settings, tmp_path: Path):
    report = train_pack(topic_pack.pack_folder(wolves), out=tmp_path / "again")
    assert report["pack"] == topic_pack.load_pack(wolves).id
