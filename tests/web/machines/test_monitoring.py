"""`/healthz` and `/metrics`, over a real socket."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from monitor.web.site.site_health import CACHE_TIME
from tests.fakes import NOW, feed
from tests.web.conftest import Visitor


async def test_health_of_a_new_service(visitor: Visitor):
    answer = await visitor.get("/healthz")
    assert answer.status == 200
    assert answer.json()["status"] == "ok"
    assert answer.headers["content-type"] == "application/json"


async def test_a_service_that_has_stopped_polling_answers_503_with_the_reason(visitor: Visitor):
    visitor.store.feeds.add_all([feed("f")])
    visitor.clock.later(timedelta(hours=1))
    answer = await visitor.get("/healthz")
    assert answer.status == 503
    assert answer.json()["reasons"] == [
        "polling has stopped: a feed has been due since 2025-06-17T12:00:00Z"
    ]


async def test_a_fault_of_the_service_is_shown_while_it_lasts(visitor: Visitor):
    visitor.faults["configuration"] = "an edit is refused"
    answer = await visitor.get("/healthz")
    assert (answer.status, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["reasons"] == ["configuration: an edit is refused"]
    visitor.faults.clear()
    assert (await visitor.get("/healthz")).json()["status"] == "ok"


async def test_a_broken_database_is_down_and_its_address_is_not_shown(visitor: Visitor):
    broken = "ALTER TABLE feeds RENAME TO lost"
    visitor.store._database.write(lambda connection: connection.exec_driver_sql(broken))
    answer = await visitor.get("/healthz")
    assert answer.status == 503
    assert answer.json()["reasons"] == ["database: can't be reached; the log has the reason"]
    assert "watchpost_database_up 0.0" in (await visitor.get("/metrics")).text


async def test_a_database_file_that_was_deleted_is_named_as_the_reason_without_its_path(
    visitor: Visitor,
):
    folder = without_database(visitor)
    answer = await visitor.get("/healthz")
    assert answer.status == 503
    (reason,) = answer.json()["reasons"]
    assert reason.startswith("database: was deleted or replaced while this process used it")
    assert folder not in reason


def without_database(visitor: Visitor) -> str:
    """Move the database file of the running service away; return its folder."""
    file = Path(visitor.store._database.file or "")
    file.rename(file.with_name("elsewhere.db"))
    return str(file.parent)


async def test_the_metrics_of_the_database_are_cached(visitor: Visitor):
    assert 'watchpost_feeds{state="new"} 0.0' in (await visitor.get("/metrics")).text
    visitor.store.feeds.add_all([feed("f")])
    assert 'watchpost_feeds{state="new"} 0.0' in (await visitor.get("/metrics")).text
    visitor.clock.later(CACHE_TIME)
    answer = await visitor.get("/metrics")
    assert 'watchpost_feeds{state="new"} 1.0' in answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=")


async def test_neither_endpoint_shows_addresses_of_feeds(visitor: Visitor):
    visitor.store.feeds.add_all([feed("secret-source")])
    visitor.clock.at = NOW + timedelta(days=2)
    answers = [await visitor.get("/healthz"), await visitor.get("/metrics")]
    assert not [answer for answer in answers if "secret-source" in answer.text]
