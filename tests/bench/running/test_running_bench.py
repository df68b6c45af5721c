"""The measurements of a running service are sound: they count what they say."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from monitor.store.store import Store
from tests.bench.running import command_costs, mutated_feeds, pruning
from tests.bench.running.mutated_feeds import Reading
from tests.bench.running.service_process import faults_in_log


def test_the_copies_are_old_rejected_articles_that_the_search_finds(tmp_path: Path):
    file = tmp_path / "watchpost.db"
    pruning.prepare(file, 2_000, ["http://127.0.0.1/feed"])
    with Store.open(f"sqlite:///{file}") as store:
        assert store.counts().articles == 2_000 + pruning.ORIGINALS
        progress = store.search.progress()
        assert (progress.indexed, progress.articles) == (progress.articles, 2_500)
    with closing(sqlite3.connect(file)) as connection:
        counted = connection.execute("SELECT count(DISTINCT alias) FROM articles").fetchone()
        assert counted == (2_500,)
        assert pruning.stored_polls(connection) > 0
    assert pruning.free_bytes(file) >= 0


def test_the_longest_pause_is_that_between_two_stored_polls():
    assert pruning.Pauses(seconds=[0.1, 2.5, 0.3]).longest == 2.5
    assert pruning.Pauses().longest == 0.0


def test_a_reading_is_well_when_all_were_asked_within_the_memory():
    reading = Reading(feeds=2, idle=200.0)
    reading.note(250.0, 1)
    assert not reading.is_well
    reading.note(240.0, 2)
    assert reading.is_well
    assert (reading.peak, reading.last) == (250.0, 240.0)
    assert any("+50" in line for line in reading.lines())
    reading.note(200.0 + mutated_feeds.SPARE_MB + 1, 2)
    assert not reading.is_well


def test_errors_of_the_service_itself_are_found_in_its_log():
    lines = [
        '{"level": "info", "event": "service.started"}',
        '{"level": "warning", "event": "feed.failed", "traceback": "Traceback"}',
        '{"level": "error", "event": "poll.crashed"}',
        "no line of the log",
    ]
    assert faults_in_log("\n".join(lines)) == lines[1:3]


def test_each_command_runs_on_a_filled_database_and_its_cost_is_compared(tmp_path: Path):
    folder = tmp_path / "watchpost"
    key = command_costs.prepare(folder, 1_000, ["http://127.0.0.1/feed"])
    costs = command_costs.command_costs(folder, key, rounds=1)
    assert len(costs) == len(command_costs.COMMANDS)
    text = command_costs.table([1_000, 2_000], [{"list": 0.5}, {"list": 1.0}])
    assert "2.0 times" in text
