"""`monitor stories replay`: started as a job, waited for, and its result read."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace

import pytest

from monitor.actions.jobs import job_process
from monitor.domain.jobs.job import JobKind
from monitor.runtime import clock
from monitor.runtime.jobs.worker_presence import new_worker
from monitor.settings import loader
from monitor.store.store import Store
from tests.actions.grouping.test_replay_report import a_report
from tests.cli.conftest import Terminal
from tests.contexts import watched
from tests.grouped import FIRST, OTHER, SECOND, arrive, grouping, news


@pytest.fixture
def grouped(watch: Terminal) -> Terminal:
    """A terminal in the folder of a service with stored stories of three articles."""
    with Store.open(f"sqlite:///{watch.folder / 'watchpost.db'}") as store:
        watched(store)
        asyncio.run(arrive(store, grouping(), news(FIRST), news(SECOND, 1), news(OTHER, 1)))
    return watch


def test_a_replay_is_started_and_its_result_is_shown(
    grouped: Terminal, monkeypatch: pytest.MonkeyPatch
):
    started = grouped("stories", "replay", "--since", "2025-01-01", "--reason", "new pack")
    assert started.err.startswith("started job ")
    (job,) = grouped("jobs", "list", "--json").json()
    assert f"`monitor jobs show {job['key'][:8]}` has its result" in " ".join(started.err.split())
    with Store.open(f"sqlite:///{grouped.folder / 'watchpost.db'}") as store:
        running = store.jobs.start(job["key"], "one", clock.now())
        assert running is not None
        store.jobs.finish(running, clock.now(), a_report().as_json())
    monkeypatch.setenv("COLUMNS", "80")
    shown = grouped("jobs", "show", job["key"][:8]).out
    assert max(map(len, shown.splitlines())) <= 80
    text = " ".join(shown.split())
    assert "12 of 15 stories would be the same, 101 joined, 1 split; 4 of 60 articles" in text
    assert "B³ 0.962, precision 0.950, recall 0.975;" in text
    assert "joined: aaaaaaaa “Sappers leave for Kursk”" in text
    assert "into a new story “<script>alert(1)</script>”: 1 article" in text
    assert "and 100 more joined stories" in text
    assert "bbbbbbbb <script>alert(1)</script> (in review)" in text


def test_who_waits_gets_the_result(grouped: Terminal):
    address = f"sqlite:///{grouped.folder / 'watchpost.db'}"
    settings = loader.load(grouped.folder / "monitor.toml", environment={})
    with Store.open(address) as store:
        store.workers.record(replace(new_worker("worker", 1, clock.now()), seen_at=clock.now()))
    worker = threading.Thread(target=work, args=(address, settings))
    worker.start()
    result = grouped("stories", "replay", "--since", "2025-01-01", "--wait", "--json").json()
    worker.join()
    assert result["state"] == "done"
    assert result["result"]["articles"] == 3


def work(address: str, settings) -> None:
    """Do the first replay that is asked for, as a worker does."""
    with Store.open(address) as store, Store.open(address) as reports:
        while not (jobs := store.jobs.list(kind=JobKind.STORY_REPLAY)):
            threading.Event().wait(0.05)
        job = store.jobs.start(jobs[0].key, "one", clock.now())
        assert job is not None
        job_process.do_attempt(store, reports, settings, job)


def test_what_can_not_be_replayed_is_named(grouped: Terminal):
    assert "--since 'soon': give a time ago" in grouped.refused(
        "stories", "replay", "--since", "soon"
    )
    empty = grouped.refused("stories", "replay", "--since", "1s")
    assert "no article that is relevant or in review was seen" in " ".join(empty.split())
    assert "--topic wolves: no such topic" in grouped.refused(
        "stories", "replay", "--topic", "wolves"
    )
    waiting = grouped.refused("stories", "replay", "--since", "2025-01-01", "--wait")
    assert "no process takes jobs: start `monitor run`" in " ".join(waiting.split())
