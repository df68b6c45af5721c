"""Tests of the live status and the small pages of the console."""

from __future__ import annotations

from tests.web.conftest import Visitor
from tests.web.console.conftest import Member


async def test_the_live_status_has_the_word_of_the_health_check(
    visitor: Visitor, viewer: Member
) -> None:
    health = (await visitor.get("/healthz")).json()["status"]
    live = await viewer.get("/console/live")
    assert f"</span>{health}" in live.text
    assert "no feed read yet" in live.text


async def test_every_key_that_buttons_show_is_explained(viewer: Member) -> None:
    page = await viewer.get("/console/keys")
    for key in ("r", "x", "u", "/", "?"):
        assert f"<kbd>{key}</kbd>" in page.text


async def test_all_places_are_on_one_page_for_phones(viewer: Member) -> None:
    page = await viewer.get("/console/more")
    assert page.status == 200
    assert 'href="/console/"' in page.text
