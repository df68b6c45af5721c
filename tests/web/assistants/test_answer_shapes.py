"""Tests of the shapes of answers that only assistants get."""

from __future__ import annotations

from typing import get_type_hints

from monitor.web.api.shapes.article_shapes import ArticleShape
from monitor.web.assistants.answer_shapes import FoundArticleShape


def test_an_article_that_was_found_has_fields_of_the_whole_one():
    whole, fields = get_type_hints(ArticleShape), get_type_hints(FoundArticleShape)
    assert fields.items() <= whole.items()
