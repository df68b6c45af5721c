"""Tests of when an article's marks are contested."""

from __future__ import annotations

from monitor.articles.contested_marks import is_contested
from monitor.domain.articles import Mark
from tests.fakes import NOW


def a_mark(by: str, *, relevant: bool) -> Mark:
    return Mark(article_key="a", relevant=relevant, marked_at=NOW, by=by)


def test_people_who_disagree_contest_an_article() -> None:
    assert is_contested([a_mark("Ada", relevant=True), a_mark("Mina", relevant=False)])
    assert not is_contested([a_mark("Ada", relevant=True), a_mark("Mina", relevant=True)])
    assert not is_contested([])
