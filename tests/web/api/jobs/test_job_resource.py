"""Tests of jobs and workers over the API."""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.jobs.job import JobState
from monitor.runtime.jobs.worker_presence import new_worker
from tests.actions.jobs.test_offered_files import PIECES, exported
from tests.fakes import NOW
from tests.web.api.conftest import Program
from tests.web.conftest import Visitor


async def test_a_job_is_started_followed_and_ended(
    operator: Program, admin: Program, visitor: Visitor
) -> None:
    body = {"kind": "search-index", "reason": "after a restore"}
    started = await operator.post("/jobs", body)
    assert started.status == 201
    job = started.json()
    assert (job["state"], job["sentence"], job["result"]) == (
        "waiting", "waits for a worker", None,
    )  # fmt: skip
    listed = (await operator.get("/jobs", params={"open": "true"})).json()
    assert [item["key"] for item in listed["items"]] == [job["key"]]
    assert "no process takes jobs" in listed["warning"]
    cancelled = await operator.post(f"/jobs/{job['key'][:8]}/cancel", {})
    assert cancelled.json()["state"] == "cancelled"
    assert (await operator.post(f"/jobs/{job['key']}/cancel", {})).status == 409
    again = await operator.post(f"/jobs/{job['key']}/retry", {})
    assert again.json()["state"] == "waiting"
    assert (await operator.post(f"/jobs/{job['key']}/retry", {})).status == 409
    running = visitor.store.jobs.start(job["key"], "one", NOW)
    assert running is not None
    visitor.store.jobs.finish(running, NOW, {"articles": 3})
    done = (await operator.get(f"/jobs/{job['key']}")).json()
    assert (done["state"], done["result"]) == (JobState.DONE, {"articles": 3})
    entries = (await admin.get("/audit", params={"target": job["key"][:8]})).json()["items"]
    assert [entry["act"] for entry in entries] == ["retry job", "cancel job", "start job"]


async def test_what_can_not_be_used_is_refused(operator: Program) -> None:
    assert (await operator.post("/jobs", {"kind": "dance"})).status == 422
    wrong = await operator.post("/jobs", {"kind": "prune", "options": {"length": "3d"}})
    assert wrong.status == 422
    assert "jobs of the kind prune take no options" in wrong.text
    assert (await operator.get("/jobs/beef")).status == 404
    assert (await operator.post("/jobs/beef/cancel", {})).status == 404


async def test_workers_are_listed(operator: Program, visitor: Visitor) -> None:
    worker = replace(new_worker("worker", 2, NOW), name="db2-17")
    visitor.store.workers.record(worker)
    (item,) = (await operator.get("/workers")).json()["items"]
    assert (item["name"], item["state"], item["is_alive"]) == ("db2-17", "idle", True)


async def test_the_file_of_an_export_is_downloaded(operator: Program, visitor: Visitor) -> None:
    job = exported(visitor.store)
    shown = (await operator.get(f"/jobs/{job.key}")).json()
    assert (shown["file"]["name"], shown["file"]["bytes"]) == ("articles.csv", 131_079)
    file = await operator.get(f"/jobs/{job.key[:8]}/file")
    assert file.body == b"".join(PIECES)
    assert file.headers["content-disposition"] == 'attachment; filename="articles.csv"'


async def test_why_there_is_no_file_is_told(operator: Program) -> None:
    body = {"kind": "export", "options": {"format": "csv", "since": "30d"}}
    job = (await operator.post("/jobs", body)).json()
    assert job["file"] is None
    refused = await operator.get(f"/jobs/{job['key']}/file")
    assert refused.status == 409
    assert "it is waiting" in refused.text
    assert (await operator.get("/jobs/beef/file")).status == 404
    wrong = await operator.post("/jobs", {"kind": "export", "options": {"format": "pdf"}})
    assert wrong.status == 422
    assert "give atom or jsonfeed or csv or jsonl" in wrong.text
