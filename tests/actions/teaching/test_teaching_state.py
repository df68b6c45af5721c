"""The state of teaching names the pack of each role, and what disagrees with them."""

from __future__ import annotations

from monitor.access.caller import local_caller
from monitor.actions.teaching import candidates, trainings
from monitor.actions.teaching.teaching_state import (
    judging_processes,
    packs_in_roles,
    teaching_state,
)
from monitor.runtime import clock, status_file, topic_pack
from monitor.runtime.status_file import RunningSettings
from monitor.settings import loader
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.fakes import NOW


def test_packs_have_the_ids_that_the_packs_themselves_say(wolves: Settings, wolf_store: Store):
    shipped = topic_pack.load_pack(wolves).id
    assert packs_in_roles(wolves).in_use == shipped
    training = trainings.begin_training(wolf_store, wolves, local_caller("Otto", NOW), NOW)
    trained = trainings.run_training(wolf_store, wolves, training, lambda: NOW)
    assert packs_in_roles(wolves).candidate == trained.candidate
    assert teaching_state(wolf_store, wolves, NOW).report is not None
    candidates.promote_candidate(wolves, accept_loss=False)
    packs = packs_in_roles(wolves)
    assert (packs.in_use, packs.previous, packs.candidate) == (trained.candidate, shipped, "")
    state = teaching_state(wolf_store, wolves, NOW)
    assert (state.report, state.training) == (None, wolf_store.pack_trainings.newest("wolves", NOW))
    assert state.as_json()["packs"]["previous"] == shipped


def test_a_damaged_file_of_roles_and_a_path_are_faults(wolves: Settings):
    registry = topic_pack.pack_registry(wolves)
    assert registry is not None
    registry.folder.mkdir(parents=True)
    (registry.folder / "in-use.json").write_text("{")
    assert "can't be read" in packs_in_roles(wolves).fault
    assert wolves.path is not None
    wolves.path.write_text('[topic]\npack = "./wolves"\n')
    assert "is a path" in packs_in_roles(loader.load(wolves.path, environment={})).fault


def test_processes_that_judge_by_another_pack_are_behind(wolves: Settings, wolf_store: Store):
    assert wolves.path is not None
    in_use = packs_in_roles(wolves).in_use
    for pid, pack in ((1, in_use), (2, "wolves@0123456789ab"), (3, "")):
        running = RunningSettings(pid=pid, role="poll", config="c", since="", pack=pack)
        status_file.write(wolves.path, running)
    assert [process.pid for process in judging_processes(wolves.path, clock.now())] == [1, 2]
    state = teaching_state(wolf_store, wolves, clock.now())
    assert [process.pid for process in state.behind()] == [2]
    both = RunningSettings(
        pid=4, role="poll", config="c", since="", pack=f"{in_use}, bears@0123456789ab"
    )
    status_file.write(wolves.path, both)
    state = teaching_state(wolf_store, wolves, clock.now())
    assert [process.pid for process in state.behind()] == [2]
    assert judging_processes(None, NOW) == ()
