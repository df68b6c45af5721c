"""Tests of questions in words and of facets."""

from __future__ import annotations

import pytest

from monitor.search.question import QuestionTooSlow
from tests.web.api.conftest import Program
from tests.web.conftest import Visitor


async def test_a_question_is_put_in_words(reader: Program) -> None:
    parsed = (await reader.get("/search/parse", params={"q": "kursk theme:arms -lang:ru"})).json()
    assert "kursk" in parsed["question"]
    assert len(parsed["parts"]) >= 3


@pytest.mark.parametrize("question", ["(a", "is:told now:", "score>x", "seen:2025-13-45", '"'])
async def test_a_wrong_question_is_refused_with_its_place(reader: Program, question: str) -> None:
    answer = await reader.get("/search/parse", params={"q": question})
    assert answer.status == 400
    [error] = answer.json()["errors"]
    assert error["parameter"] == "q"
    assert error["detail"].startswith("character ")


async def test_facets_count_what_a_question_finds(articles: Visitor, reader: Program) -> None:
    facets = (await reader.get("/search/facets", params={"q": "is:flagged"})).json()
    assert facets["total"] == 2
    assert facets["languages"] == {"en": 1, "ko": 1}
    assert [feed["title"] for feed in facets["feeds"].values()] == ["Harbour Wire"]
    assert (await reader.get("/search/facets")).status == 400


async def test_facets_that_take_too_long_are_refused_with_what_to_do(
    reader: Program, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_slow(*_: object, **__: object) -> None:
        raise QuestionTooSlow(2.0)

    monkeypatch.setattr(visitor.site.reading.store.search, "facets", too_slow)
    answer = await reader.get("/search/facets", params={"q": "kursk"})
    assert answer.status == 400
    assert "add a word" in answer.json()["detail"]
