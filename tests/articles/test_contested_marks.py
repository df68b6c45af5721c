"""Tests of when an article's marks are contested."""

from __future__ import annotations

from monitor.articles.contested_marks import is_contested
from monitor.domain.articles import Mark
from tests.fakes import NOW


def a_mark(by: str, *, relevant: bool, topic: str = "wolves") -> Mark:
    return Mark(article_key="a", topic=topic, relevant=relevant, marked_at=NOW, by=by)


def test_people_who_disagree_contest_an_article() -> None:
    assert is_contested([a_mark("Ada", relevant=True), a_mark("Mina", relevant=False)])
    assert not is_contested([a_mark("Ada", relevant=True), a_mark("Mina", relevant=True)])
    assert not is_contested([])


def test_what_belongs_to_one_topic_and_not_to_another_is_not_contested() -> None:
    of_lynxes = a_mark("Mina", relevant=False, topic="lynxes")
    assert not is_contested([a_mark("Ada", relevant=True), of_lynxes])
