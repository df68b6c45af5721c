"""A replay of stories is started over the API."""

from __future__ import annotations

from tests.contexts import watched
from tests.fakes import feed
from tests.grouped import FIRST, SECOND, arrive, grouping, news
from tests.web.api.conftest import Program
from tests.web.conftest import Visitor


async def test_a_replay_is_started_as_a_job(operator: Program, visitor: Visitor) -> None:
    watched(visitor.store, feed("grouped"))
    articles = news(FIRST, -2), news(SECOND, -1)
    await arrive(visitor.store, grouping(), *articles, key="grouped", hours=-1)
    started = await operator.post("/stories/replays", {"since": "2025-01-01", "reason": "new pack"})
    assert started.status == 201
    job = started.json()
    assert (job["kind"], job["state"]) == ("story-replay", "waiting")
    assert started.headers["location"].endswith(f"/api/v1/jobs/{job['key']}")
    assert (await operator.get(f"/jobs/{job['key']}")).json()["options"] == job["options"]


async def test_what_can_not_be_replayed_is_named(operator: Program) -> None:
    for body, named in (
        ({"since": "soon"}, "since"),
        ({"since": "1d", "until": "2d"}, "since"),
        ({"topic": "dance"}, "topic"),
    ):
        refused = await operator.post("/stories/replays", body)
        assert refused.status == 422
        assert named in refused.text
    assert (await operator.post("/stories/replays", {"length": "3d"})).status == 422


async def test_an_analyst_may_not_start_one(analyst: Program) -> None:
    assert (await analyst.post("/stories/replays", {})).status == 403
