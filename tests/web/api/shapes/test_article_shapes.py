"""Tests of the documented shapes of articles against what the action gives."""

from __future__ import annotations

from dataclasses import replace

from pydantic import TypeAdapter

from monitor.actions.reading.articles import article_as_json, decision_as_json
from monitor.web.api.shapes.article_shapes import DecisionShape, ListedArticleShape
from tests.fakes import article, decision

OF_SEVERAL_TOPICS = {"topic", "topics"}


def test_an_article_has_the_documented_fields_and_no_others() -> None:
    shown = article_as_json(article())
    TypeAdapter(ListedArticleShape).validate_python(shown)
    assert shown.keys() == ListedArticleShape.__annotations__.keys() - OF_SEVERAL_TOPICS


def test_an_article_that_was_judged_for_several_topics_names_them() -> None:
    shown = article_as_json(replace(article(), other_decisions=(decision(),)))
    TypeAdapter(ListedArticleShape).validate_python(shown)
    assert shown.keys() == ListedArticleShape.__annotations__.keys()


def test_a_decision_has_the_documented_fields_and_no_others() -> None:
    shown = decision_as_json(decision())
    TypeAdapter(DecisionShape).validate_python(shown)
    assert shown.keys() == DecisionShape.__annotations__.keys()
