"""The measurement of many feeds is sound: the limit is that of the tree, rounds are whole."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.domain.feeds import Feed, PollState
from monitor.store.store import Store
from tests.bench.running import many_feeds
from tests.bench.running.many_feeds import Measured, Round
from tests.bench.running.memory_group import MemoryGroup, hierarchy

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def test_memory_groups_are_made_where_the_kernel_has_the_controller(tmp_path: Path):
    assert hierarchy(tmp_path) is None
    (tmp_path / "cgroup.subtree_control").write_text("cpu io\n")
    assert hierarchy(tmp_path) is None
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory" / "memory.limit_in_bytes").write_text("9223372036854771712\n")
    assert hierarchy(tmp_path) == (tmp_path / "memory", 1)
    (tmp_path / "cgroup.subtree_control").write_text("cpu memory\n")
    assert hierarchy(tmp_path) == (tmp_path, 2)


def test_a_command_enters_the_group_before_it_begins(tmp_path: Path):
    group = MemoryGroup(tmp_path, 1)
    command = group.command("/bin/sh", "-c", "echo $$ $1", "sh", "a word")
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    entered = (tmp_path / "cgroup.procs").read_text().strip()
    assert done.stdout.split() == [entered, "a", "word"]


def test_the_figures_of_a_group_are_read_in_both_versions(tmp_path: Path):
    for version, stat, events in (
        (1, ("memory.stat", "cache 9\nrss 7000000\n"), ("memory.oom_control", "under_oom 0\n")),
        (2, ("memory.stat", "anon 7000000\nfile 9\n"), ("memory.events", "oom 0\n")),
    ):
        folder = tmp_path / str(version)
        folder.mkdir()
        (folder / stat[0]).write_text(stat[1])
        (folder / events[0]).write_text(events[1])
        group = MemoryGroup(folder, version)
        assert (group.unreclaimable_mb(), group.count_kills()) == (7.0, 0)
        (folder / events[0]).write_text(f"{events[1]}oom_kill 2\n")
        assert group.count_kills() == 2


def test_a_run_is_well_when_all_rounds_were_done_within_the_limit():
    rounds = [Round(name, is_done=True) for name in many_feeds.ROUNDS]
    rounds[0].note(150.0, 500.0, 300.0)
    rounds[0].note(160.0, 400.0, 310.0)
    assert (rounds[0].service, rounds[0].tree, rounds[0].unreclaimable) == (160.0, 500.0, 310.0)
    measured = Measured(limit=512, rounds=rounds)
    assert measured.is_well
    assert not replace(measured, limit=499).is_well
    assert replace(measured, limit=499, is_enforced=True).is_well  # files are given back
    assert not replace(measured, kills=1).is_well
    assert not replace(measured, faults=["poll.crashed"]).is_well
    assert not replace(measured, rounds=[*rounds[:2], Round("cut off")]).is_well


def test_every_feed_that_was_asked_is_made_due(tmp_path: Path):
    later = NOW + timedelta(days=1)
    with Store.open(f"sqlite:///{tmp_path / 'watchpost.db'}", upgrade=True) as store:
        store.feeds.add_all(
            Feed(key=key, url=f"http://{key}.example/", poll=PollState(due_at=later, asked_at=NOW))
            for key in ("a", "b")
        )
        assert not store.feeds.keys(due_at=NOW)
        many_feeds.make_due(tmp_path)
        assert store.feeds.keys(due_at=NOW) == ["a", "b"]
