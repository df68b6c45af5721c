"""`monitor workers` and `monitor run --role worker`."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from monitor.runtime import clock
from monitor.runtime.jobs.worker_presence import new_worker
from monitor.store.store import Store
from tests.cli.conftest import Terminal

BOUND = 60  # seconds


def test_workers_are_listed_with_what_they_do(watch: Terminal):
    assert "no process of the service runs" in watch("workers", "list").err
    worker = replace(new_worker("worker", 2, clock.now()), name="db2-17", basis="pack wolves@1f")
    with Store.open(f"sqlite:///{watch.folder / 'watchpost.db'}") as store:
        store.workers.record(worker)
    (listed,) = watch("workers", "list", "--json").json()
    assert (listed["name"], listed["state"], listed["settings"]) == (
        "db2-17", "idle", "pack wolves@1f",
    )  # fmt: skip
    assert "db2-17" in watch("workers", "list").out


def test_a_worker_needs_a_database_that_machines_share(watch: Terminal):
    assert "--role worker needs PostgreSQL" in watch.refused("run", "--role", "worker")
    assert "--workers is for --role worker" in watch.refused("run", "--workers", "2")


def test_a_worker_does_a_job_and_ends_at_a_signal(
    watch: Terminal, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
):
    pytest.importorskip("procrastinate", reason="the job engine is not installed")
    monkeypatch.setenv("MONITOR_DATABASE__URL", postgresql_url)
    key = watch("jobs", "start", "search-index", "--json").json()["key"]
    command = [sys.executable, "-m", "monitor", "run", "--role", "worker", "--workers", "2"]
    with subprocess.Popen(
        [*command, "--log", "json"], cwd=watch.folder, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            for line in process.stderr:
                if json.loads(line)["event"] == "job.started":
                    break
            give_up = time.monotonic() + BOUND
            while watch("jobs", "show", key, "--json").json()["state"] == "running":
                assert time.monotonic() < give_up
            (worker,) = watch("workers", "list", "--json").json()
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=BOUND)
        finally:
            process.kill()
    job = watch("jobs", "show", key, "--json").json()
    assert (job["state"], job["result"], job["attempts"]) == ("done", {"articles": 0}, 1)
    assert (worker["role"], worker["jobs_at_once"], worker["name"]) == ("worker", 2, job["worker"])
    assert json.loads(err.splitlines()[-1])["event"] == "service.stopped"
    assert watch("workers", "list", "--json").json() == []
