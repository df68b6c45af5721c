"""A replay of stories is started on the place Stories, and its result is on the page of the job."""

from __future__ import annotations

from monitor.actions.grouping.replay_report import ReplayReport
from monitor.domain.jobs.job import JobKind
from tests.actions.grouping.test_replay_report import HOSTILE, a_report
from tests.contexts import watched
from tests.fakes import NOW, feed
from tests.grouped import FIRST, SECOND, arrive, grouping, news
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member

PATH = "/console/stories"


async def test_a_replay_is_started_and_its_result_is_shown(visitor: Visitor, operator: Member):
    store = visitor.store
    watched(store, feed("grouped"))
    await arrive(store, grouping(), news(FIRST, -2), news(SECOND, -1), key="grouped", hours=-1)
    assert f'action="{PATH}/replays"' in (await operator.get(PATH)).text
    started = await operator.post(f"{PATH}/replays", {"since": "2025-01-01", "reason": "new pack"})
    [job] = store.jobs.list()
    assert (job.kind, job.options) == (JobKind.STORY_REPLAY, {"since": "2025-01-01"})
    assert (started.status, started.headers["location"]) == (303, f"/console/jobs/{job.key}")
    running = store.jobs.start(job.key, "one", NOW)
    assert running is not None
    report = a_report()
    store.jobs.finish(running, NOW, report.as_json())
    page = (await operator.get(f"/console/jobs/{job.key}")).text
    assert report.sentence in page
    assert "<script>" not in page.replace(HOSTILE, "")
    assert page.count("&lt;script&gt;") == page.count("&lt;script&gt;alert")
    assert f'href="/console/stories/{report.moved[0].stored.key}"' in page
    assert "a new story" in page
    shown = (await operator.get(f"/console/jobs/{job.key}/result.json")).json()
    assert ReplayReport.from_json(shown["result"]) == report


async def test_what_can_not_be_replayed_is_told_on_the_page(visitor: Visitor, operator: Member):
    for form in ({"since": "soon"}, {"since": "1d", "until": "2d"}, {"topic": "dance"}):
        refused = await operator.post(f"{PATH}/replays", form)
        assert (refused.status, refused.headers["location"]) == (303, PATH)
        assert "flash" in refused.headers["set-cookie"]
    assert visitor.store.jobs.list() == []


async def test_who_may_not_start_jobs_has_no_form(viewer: Member):
    assert "/replays" not in (await viewer.get(PATH)).text
    assert (await viewer.post(f"{PATH}/replays", {})).status == 403
