"""The style sheet is served to every page, and asks nothing of other servers."""

from __future__ import annotations

from tests.web.conftest import Visitor


async def test_the_style_sheet_is_cached_and_loads_nothing_from_elsewhere(visitor: Visitor):
    answer = await visitor.get("/style.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert "prefers-color-scheme: dark" in answer.text
    assert "@import" not in answer.text
    assert "http" not in answer.text
