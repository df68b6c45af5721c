"""Tests of the OpenAPI document over the API, and of the pages of problems."""

from __future__ import annotations

import pytest

from monitor.web.site.problems import PROBLEM_TYPES
from tests.web.api.conftest import Program, document
from tests.web.conftest import Visitor


async def test_the_document_is_served_as_it_is_committed(reader: Program) -> None:
    answer = await reader.get("/openapi.json")
    assert answer.status == 200
    assert answer.json() == document()
    assert document()["openapi"] == "3.1.0"


@pytest.mark.parametrize("slug", PROBLEM_TYPES)
async def test_each_problem_has_a_page_for_everybody(visitor: Visitor, slug: str) -> None:
    page = await Program(visitor).get(f"/problems/{slug}")
    assert page.status == 200
    assert page.headers["content-type"].startswith("text/html")
    assert PROBLEM_TYPES[slug].title.replace("'", "&#39;") in page.text


async def test_an_unknown_problem_names_those_that_there_are(visitor: Visitor) -> None:
    answer = await Program(visitor).get("/problems/nonsense")
    assert answer.status == 404
    assert "bad-query" in answer.json()["detail"]
