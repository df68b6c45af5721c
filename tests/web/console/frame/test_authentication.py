"""Tests of who a request comes from, by cookie and by access token."""

from __future__ import annotations

from datetime import timedelta

from monitor.access.accounts import SESSION_IDLE
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member


async def test_a_session_ends_when_it_is_not_used_for_its_time(
    visitor: Visitor, viewer: Member
) -> None:
    visitor.clock.later(SESSION_IDLE - timedelta(hours=1))
    assert (await viewer.get("/console/")).status == 200  # its use is recorded
    visitor.clock.later(timedelta(days=7))
    assert (await viewer.get("/console/")).status == 200
    visitor.clock.later(SESSION_IDLE + timedelta(hours=1))
    assert (await viewer.get("/console/")).status == 303


async def test_the_loopback_cookie_is_worth_nothing_over_https(viewer: Member) -> None:
    answer = await viewer.get("/console/", headers={"x-forwarded-proto": "https"})
    assert answer.status == 303


async def test_a_token_that_is_none_is_refused_and_a_cookie_beside_it_does_not_help(
    viewer: Member,
) -> None:
    headers = {"authorization": "Bearer wpt_nonsense"}
    assert (await viewer.get("/console/flagged.json", headers=headers)).status == 401
