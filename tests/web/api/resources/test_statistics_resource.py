"""Tests of coverage, statistics and health over the API."""

from __future__ import annotations

import pytest

from tests.web.api.conftest import Program
from tests.web.conftest import Visitor


async def test_coverage_is_a_sentence_and_numbers(articles: Visitor, reader: Program) -> None:
    coverage = (await reader.get("/coverage", params={"since": "7d"})).json()
    assert coverage["coverage"]["feeds"] == 1
    assert coverage["sentence"]
    wrong = await reader.get("/coverage", params={"since": "400d"})
    assert wrong.status == 400
    assert wrong.json()["errors"][0]["parameter"] == "since"


@pytest.mark.parametrize("name", ["volume", "scores", "latency", "feeds", "overview"])
async def test_each_statistic_is_there_for_viewers(
    articles: Visitor, reader: Program, name: str
) -> None:
    assert (await reader.get(f"/stats/{name}")).status == 200


async def test_receivers_are_for_operators(
    articles: Visitor, reader: Program, operator: Program
) -> None:
    assert (await reader.get("/stats/undelivered")).status == 403
    assert (await operator.get("/stats/undelivered")).json()["dead"] == 0
    assert "undelivered" not in (await reader.get("/stats/overview")).json()
    assert "undelivered" in (await operator.get("/stats/overview")).json()


async def test_health_shows_settings_to_admins_only(
    visitor: Visitor, reader: Program, admin: Program
) -> None:
    faults, now = {"clock": "The clock is ahead."}, visitor.clock()
    visitor.store.service_faults.replace(["clock"], faults, lambda after, ended: [], now)
    seen = (await reader.get("/health")).json()
    assert seen["status"] in ("ok", "degraded", "down")
    assert seen["settings"] == []
    assert (await admin.get("/health")).json()["settings"]
    assert (await reader.get("/settings")).status == 403
    settings = (await admin.get("/settings")).json()["items"]
    assert "web.console" in [setting["setting"] for setting in settings]
    conditions = (await reader.get("/conditions")).json()["items"]
    assert conditions == {"clock": "The clock is ahead."}
