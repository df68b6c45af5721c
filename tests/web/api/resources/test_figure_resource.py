"""Tests of figures over the API: the ledger and corrections."""

from __future__ import annotations

import pytest

from tests.contexts import watched
from tests.fakes import feed
from tests.grouped import KILLED, MORE_KILLED, arrive, figure_pack, grouping, news
from tests.web.api.conftest import Program
from tests.web.conftest import Visitor


@pytest.fixture
async def figures(visitor: Visitor, reader: Program) -> list[dict[str, object]]:
    """Two figures of a feed of their own, as the API lists them."""
    watched(visitor.store, feed("grouped"))
    articles = [news(KILLED), news(MORE_KILLED, 1)]
    await arrive(visitor.store, grouping(figure_pack()), *articles, key="grouped", hours=3)
    return (await reader.get("/figures")).json()["items"]


async def test_figures_are_narrowed_and_paged(
    figures: list[dict[str, object]], reader: Program
) -> None:
    assert {figure["value_min"] for figure in figures} == {600, 800}
    first = (await reader.get("/figures", params={"limit": "1", "claimant": "seoul"})).json()
    query = {"limit": "1", "claimant": "seoul", "after": first["next"]}
    second = (await reader.get("/figures", params=query)).json()
    assert [first["items"][0], second["items"][0]] == figures
    assert (await reader.get("/figures", params={"kind": "shells"})).json()["items"] == []
    assert (await reader.get("/figures", params={"after": "x"})).status == 400


async def test_an_analyst_exports_a_table(
    figures: list[dict[str, object]], analyst: Program, reader: Program
) -> None:
    table = await analyst.get("/figures.csv")
    assert table.text.startswith("key,at,kind")
    assert (await reader.get("/figures.csv")).status == 403


async def test_a_figure_is_corrected_with_a_reason(
    figures: list[dict[str, object]], analyst: Program
) -> None:
    path = f"/figures/{figures[0]['key']}/corrections"
    corrected = await analyst.post(path, {"value_min": 1650, "value_max": 1700.5, "reason": "typo"})
    assert corrected.json()["corrected"] is True
    assert (corrected.json()["value_min"], corrected.json()["value_max"]) == (1650, 1700.5)
    assert (await analyst.post(path, {"reason": "nothing"})).status == 422
    assert (await analyst.post(path, {"remove": True})).status == 422
    assert (await analyst.post("/figures/abcdef:0/corrections", {"reason": "x"})).status == 404
