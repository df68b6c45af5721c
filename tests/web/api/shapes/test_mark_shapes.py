"""Tests of the documented shape of a mark against what the action gives."""

from __future__ import annotations

from pydantic import TypeAdapter

from monitor.actions.teaching.marks import MarkedArticle
from monitor.domain.articles import Mark
from monitor.web.api.shapes.mark_shapes import MarkListedShape
from tests.fakes import NOW, article


def test_a_mark_has_the_documented_fields_and_no_others() -> None:
    mark = Mark(article_key="a", relevant=True, themes=("troops",), marked_at=NOW)
    shown = MarkedArticle(mark=mark, article=article()).as_json()
    TypeAdapter(MarkListedShape).validate_python({**shown, "themes": [], "theme_slugs": []})
    assert shown.keys() == MarkListedShape.__annotations__.keys()
