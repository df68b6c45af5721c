"""`/healthz` and `/metrics`, over a real socket."""

from __future__ import annotations

from datetime import timedelta

from monitor.web.machines.monitoring import FRESH
from tests.fakes import NOW, feed
from tests.web.conftest import Visitor


async def test_health_of_a_new_service(visitor: Visitor):
    answer = await visitor.get("/healthz")
    assert answer.status == 200
    assert answer.json()["status"] == "ok"
    assert answer.headers["content-type"] == "application/json"


async def test_a_service_that_stands_still_answers_503_with_the_reason(visitor: Visitor):
    visitor.store.feeds.add_all([feed("f")])
    visitor.clock.later(timedelta(hours=1))
    answer = await visitor.get("/healthz")
    assert answer.status == 503
    assert answer.json()["reasons"] == [
        "polling stands still: a feed is due since 2025-06-17T12:00:00Z"
    ]


async def test_what_is_wrong_with_the_service_itself_is_said_while_it_lasts(visitor: Visitor):
    visitor.faults["configuration"] = "an edit is refused"
    answer = await visitor.get("/healthz")
    assert (answer.status, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["reasons"] == ["configuration: an edit is refused"]
    visitor.faults.clear()
    assert (await visitor.get("/healthz")).json()["status"] == "ok"


async def test_a_database_that_can_not_be_asked_is_down_and_its_address_untold(visitor: Visitor):
    broken = "ALTER TABLE attempts RENAME TO lost"
    visitor.store._database.write(lambda connection: connection.exec_driver_sql(broken))
    answer = await visitor.get("/healthz")
    assert answer.status == 503
    assert answer.json()["reasons"] == ["database: can't be asked; the log says why"]
    assert "watchpost_database_up 0.0" in (await visitor.get("/metrics")).text


async def test_the_database_is_counted_once_in_a_while(visitor: Visitor):
    assert 'watchpost_feeds{state="new"} 0.0' in (await visitor.get("/metrics")).text
    visitor.store.feeds.add_all([feed("f")])
    assert 'watchpost_feeds{state="new"} 0.0' in (await visitor.get("/metrics")).text
    visitor.clock.later(FRESH)
    answer = await visitor.get("/metrics")
    assert 'watchpost_feeds{state="new"} 1.0' in answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=")


async def test_neither_tells_of_addresses(visitor: Visitor):
    visitor.store.feeds.add_all([feed("secret-source")])
    visitor.clock.at = NOW + timedelta(days=2)
    both = [await visitor.get("/healthz"), await visitor.get("/metrics")]
    assert not [answer for answer in both if "secret-source" in answer.text]
