"""The health of the service that all pages of a site share."""

from __future__ import annotations

from monitor.actions.operations.service_health import ServiceStatus
from monitor.domain.feeds import PollState
from monitor.web.site.site_health import CACHE_TIME, SiteHealth
from tests.fakes import NOW, feed
from tests.web.conftest import Visitor


async def test_faults_of_the_service_are_asked_for_anew(visitor: Visitor):
    health = SiteHealth(visitor.site)
    assert (await health.status()).status is ServiceStatus.OK
    visitor.faults["configuration"] = "an edit is refused"
    status = await health.status()
    assert status.reasons == ("configuration: an edit is refused",)
    assert (await visitor.get("/healthz")).json()["reasons"] == list(status.reasons)


async def test_who_asks_again_after_ten_seconds_does_not_wait(visitor: Visitor):
    health = SiteHealth(visitor.site)
    before = (await health.status()).last_read_at
    visitor.store.feeds.add_all([feed("f", poll=PollState(due_at=NOW, last_ok_at=NOW))])
    visitor.clock.later(CACHE_TIME)
    assert (await health.status()).last_read_at == before
    visitor.clock.later(2 * CACHE_TIME)
    assert (await health.status()).last_read_at == NOW


async def test_the_store_is_asked_once_in_ten_seconds(visitor: Visitor):
    health = SiteHealth(visitor.site)
    assert sum((await health.metrics()).state.feeds.values()) == 0
    visitor.store.feeds.add_all([feed("f")])
    assert sum((await health.metrics()).state.feeds.values()) == 0
    visitor.clock.later(CACHE_TIME)
    assert sum((await health.metrics()).state.feeds.values()) == 1


async def test_nobody_waits_for_findings_that_are_two_minutes_old(visitor: Visitor):
    health = SiteHealth(visitor.site)
    before = await health.service_state()
    visitor.clock.later(9 * CACHE_TIME)
    after = await health.service_state()
    assert after.at - before.at == 9 * CACHE_TIME
    assert after.found_at == before.found_at


async def test_findings_older_than_two_minutes_are_looked_for_again(visitor: Visitor):
    health = SiteHealth(visitor.site)
    await health.service_state()
    visitor.clock.later(12 * CACHE_TIME)
    state = await health.service_state()
    assert state.found_at == state.at
    assert state.findings


async def test_processes_and_standing_faults_are_those_of_now(visitor: Visitor):
    health = SiteHealth(visitor.site)
    assert not (await health.service_state()).faults
    visitor.store.service_faults.replace(
        ["disk"], {"disk": "is full"}, lambda present, ended: (), NOW
    )
    assert (await health.service_state()).faults == {"disk": "is full"}
