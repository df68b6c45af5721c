"""The place Jobs over a real socket: start, follow, cancel, try again; workers beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.domain.jobs.job import JobKind
from monitor.runtime.jobs.worker_presence import new_worker
from monitor.store.database.stored_states import Pruned
from tests.actions.jobs.test_offered_files import PIECES, exported
from tests.fakes import NOW
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member

PATH = "/console/jobs"


async def test_a_job_is_started_followed_and_ended(visitor: Visitor, operator: Member):
    store = visitor.store
    form = {"kind": "search-index", "backtest-length": "", "reason": "after <b>"}
    assert (await operator.post(PATH, form)).status == 303
    [job] = store.jobs.list()
    assert job.kind is JobKind.SEARCH_INDEX
    page = (await operator.get(PATH)).text
    assert "waits for a worker" in page
    assert "no process takes jobs" in page
    assert (await operator.post(f"{PATH}/{job.key}/cancel")).status == 303
    assert (await operator.post(f"{PATH}/{job.key}/retry")).status == 303
    running = store.jobs.start(job.key, "db2-<17>", NOW)
    assert running is not None
    store.jobs.finish(running, NOW, {"articles": 3, "note": "<script>"})
    page = (await operator.get(f"{PATH}/{job.key}")).text
    assert "&#34;articles&#34;: 3" in page
    assert "db2-&lt;17&gt;" in page
    assert '<script>"' not in page
    shown = (await operator.get(f"{PATH}/{job.key}/result.json")).json()
    assert shown["result"]["articles"] == 3
    [item] = (await operator.get(PATH + ".json")).json()["items"]
    assert item["state"] == "done"


async def test_what_can_not_be_done_is_told_on_the_page(visitor: Visitor, operator: Member):
    wrong = {"kind": "backtest", "backtest-length": "3"}
    for path, form in (
        (PATH, wrong),
        (PATH, {"kind": "dance"}),
        (f"{PATH}/beef/cancel", {}),
        (f"{PATH}/beef/retry", {}),
    ):
        answer = await operator.post(path, form)
        assert answer.status == 303
        assert "flash" in answer.headers["set-cookie"]
    assert (await operator.get(f"{PATH}/beef")).status == 303
    missing = await operator.get(f"{PATH}/beef/result.json")
    assert (missing.status, missing.headers["content-type"]) == (404, "application/problem+json")
    assert visitor.store.jobs.list() == []


async def test_workers_are_listed_beside(visitor: Visitor, operator: Member):
    visitor.store.workers.record(replace(new_worker("worker", 2, NOW), name="db2-17"))
    assert "db2-17" in (await operator.get(PATH)).text


async def test_a_viewer_sees_no_jobs(viewer: Member):
    assert (await viewer.get(PATH)).status == 403


async def test_an_export_is_started_with_its_choices(visitor: Visitor, operator: Member):
    assert "<option>jsonfeed</option>" in (await operator.get(PATH)).text
    form = {"kind": "export", "export-format": "csv", "export-all": "yes", "export-since": ""}
    assert (await operator.post(PATH, form)).status == 303
    [job] = visitor.store.jobs.list()
    assert job.options == {"format": "csv", "all": "yes"}
    assert (await operator.get(f"{PATH}/{job.key}/file")).status == 303, "there is none yet"


async def test_the_file_of_an_export_is_downloaded(visitor: Visitor, analyst: Member):
    job = exported(visitor.store)
    page = (await analyst.get(f"{PATH}/{job.key}")).text
    assert f'href="{PATH}/{job.key}/file"' in page
    assert "131,079 bytes" in page
    assert (await analyst.get(f"{PATH}/{job.key}/file")).body == b"".join(PIECES)
    tomorrow = job.asked_at + timedelta(days=1)
    visitor.store.pruning.step(Pruned.EXPORTS, tomorrow, tomorrow)
    assert (
        "The file was removed: it is kept for 7d." in (await analyst.get(f"{PATH}/{job.key}")).text
    )
    assert (await analyst.get(f"{PATH}/{job.key}/file")).status == 303
