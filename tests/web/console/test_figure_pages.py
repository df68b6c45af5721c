"""Tests of the place Figures over a real socket."""

from __future__ import annotations

import pytest

from tests.contexts import watched
from tests.fakes import feed
from tests.grouped import KILLED, MORE_KILLED, arrive, figure_pack, grouping, news
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member


@pytest.fixture
async def ledger(visitor: Visitor) -> None:
    """Two figures of a feed of their own."""
    watched(visitor.store, feed("grouped"))
    articles = [news(KILLED), news(MORE_KILLED, 1)]
    await arrive(visitor.store, grouping(figure_pack()), *articles, key="grouped", hours=3)


@pytest.mark.usefixtures("ledger")
async def test_the_ledger_is_filtered_by_kind_and_claimant(viewer: Member) -> None:
    page = (await viewer.get("/console/figures")).text
    assert "600" in page
    assert "spy agency" in page
    assert "No figure matches" in (await viewer.get("/console/figures?kind=shells")).text
    feed_ = await viewer.get("/console/figures.atom?claimant=seoul")
    assert feed_.headers["content-type"] == "application/atom+xml"
    assert feed_.text.count("<entry") == 2
    assert "/console/articles/" in feed_.text
    figures = (await viewer.get("/console/figures.json?claimant=seoul")).json()["figures"]
    assert {figure["value_min"] for figure in figures} == {600, 800}
    assert (await viewer.get("/console/figures?after=x")).status == 400
    assert (await viewer.get("/console/figures?story=abcdef12")).status == 400


@pytest.mark.usefixtures("ledger")
async def test_an_analyst_exports_and_corrects(visitor: Visitor, analyst: Member) -> None:
    table = await analyst.get("/console/figures.csv")
    assert table.text.startswith("key,at,kind")
    figures = (await analyst.get("/console/figures.json")).json()["figures"]
    key = next(figure["key"] for figure in figures if figure["value_min"] == 600)
    form = {"figure": key, "min": "1,650", "max": "1700", "reason": "misread"}
    assert (await analyst.post("/console/figures/correct", form)).status == 303
    page = (await analyst.get("/console/figures")).text
    assert "1,650 to 1,700" in page
    assert "corrected" in page
    gone = {"figure": key, "remove": "yes", "reason": "an age"}
    await analyst.post("/console/figures/correct", gone)
    left = (await analyst.get("/console/figures.json")).json()["figures"]
    assert [figure["value_min"] for figure in left] == [800]


@pytest.mark.usefixtures("ledger")
async def test_a_value_that_is_no_number_changes_nothing(analyst: Member) -> None:
    before = (await analyst.get("/console/figures.json")).json()
    key = before["figures"][0]["key"]
    form = {"figure": key, "min": "many", "reason": "misread"}
    answer = await analyst.post("/console/figures/correct", form)
    assert answer.headers["location"] == "/console/figures"
    assert (await analyst.get("/console/figures.json")).json() == before


async def test_an_empty_ledger_says_what_would_fill_it(viewer: Member) -> None:
    assert "Polls store the figures" in (await viewer.get("/console/figures")).text


@pytest.mark.usefixtures("ledger")
async def test_a_viewer_corrects_and_exports_nothing(viewer: Member) -> None:
    assert (await viewer.post("/console/figures/correct", {})).status == 403
    assert (await viewer.get("/console/figures.csv")).status == 403
