"""Tests of saved searches over the API."""

from __future__ import annotations

import pytest

from tests.web.api.conftest import Program

PATH = "/saved-searches/Arms%20north"


async def test_a_search_is_saved_used_changed_and_removed(
    analyst: Program, operator: Program
) -> None:
    saved = await analyst.ask("PUT", PATH, json={"question": "theme:troops score>0.7"})
    assert (saved.json()["name"], saved.json()["saved_by"]) == ("Arms north", "mina's script")
    response = await analyst.get("/articles", params={"q": 'saved:"Arms north"'})
    assert response.status == 200
    body = {"name": "d", "channel": "webhook", "address": "https://d.example/h"}
    body["filter"] = 'saved:"Arms north"'
    subscribed = await operator.post("/subscriptions", body)
    assert "troops" in subscribed.json()["subscription"]["filter"]
    changed = await analyst.ask("PUT", PATH, json={"question": "theme:troops"})
    assert changed.json()["question"] == "theme:troops"
    assert len((await analyst.get("/saved-searches")).json()["items"]) == 1
    assert (await analyst.ask("DELETE", PATH)).status == 204
    assert (await analyst.get(PATH)).status == 404


async def test_its_feeds_have_addresses_that_can_be_renewed(analyst: Program) -> None:
    await analyst.ask("PUT", PATH, json={"question": "kursk"})
    first = (await analyst.get(f"{PATH}/links")).json()
    assert first["atom"].startswith("https://alerts.example/")
    renewed = (await analyst.post(f"{PATH}/renew-links")).json()
    assert renewed["atom"] != first["atom"]


@pytest.mark.parametrize(
    "body", [{"question": "(a"}, {"question": " "}, {"question": "a", "zone": "Mars"}]
)
async def test_a_question_that_can_not_be_saved_is_refused(
    analyst: Program, body: dict[str, str]
) -> None:
    assert (await analyst.ask("PUT", PATH, json=body)).status == 422


async def test_a_viewer_saves_nothing(reader: Program) -> None:
    assert (await reader.ask("PUT", PATH, json={"question": "kursk"})).status == 403
