"""The tables of articles refuse what would make every later list fail."""

from __future__ import annotations

import math

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from monitor.domain.articles import Mark
from monitor.store.mapping import article_rows
from monitor.store.schema.tables import article_numbers, articles, marks, revisions
from monitor.store.search import index_writes
from tests.store.builders import NOW
from tests.store.schema import rows
from tests.store.schema.rows import STORY


@pytest.mark.parametrize("column", ["score", "pack_score"])
@pytest.mark.parametrize("score", [-0.01, 1.01, math.nan, math.inf])
def test_a_score_is_a_number_from_0_to_1(connection: Connection, column: str, score: float):
    rows.add_article(connection, **{column: 1.0})
    values = article_rows.article_values(STORY) | {"key": "odd", column: score}
    rows.refuses(connection, articles, **values)


def test_an_article_outlives_its_feed(connection: Connection):
    rows.add_article(connection, feed_key="removed")
    assert rows.count(connection, articles) == 1


def test_a_marked_article_is_not_deleted(connection: Connection):
    rows.add_article(connection)
    mark = Mark(article_key=STORY.key, relevant=True, themes=(), marked_at=NOW, by="reader")
    rows.add(connection, marks, **article_rows.mark_values(mark))
    rows.refuses(connection, marks, **article_rows.mark_values(mark))
    with pytest.raises(IntegrityError), connection.begin_nested():
        rows.remove(connection, articles)
    rows.remove(connection, marks)
    rows.remove(connection, articles)


def test_a_deleted_article_takes_its_number_and_its_revisions_along(connection: Connection):
    rows.add_article(connection)
    rows.add(connection, article_numbers, **index_writes.number_values(STORY))
    rows.refuses(connection, article_numbers, **index_writes.number_values(STORY))
    version = article_rows.article_values(STORY)
    names = revisions.c.keys()
    version = {name: value for name, value in version.items() if name in names}
    rows.add(connection, revisions, article_key=STORY.key, **version)
    rows.remove(connection, articles)
    assert rows.count(connection, article_numbers) == rows.count(connection, revisions) == 0


def test_the_number_of_a_deleted_article_is_not_used_again(connection: Connection):
    numbers = []
    for key in ("first", "second"):
        rows.add_article(connection, key=key)
        numbered = index_writes.number_values(STORY) | {"key": key}
        rows.add(connection, article_numbers, **numbered)
        numbers.append(connection.scalar(select(article_numbers.c.number)))
        rows.remove(connection, articles)
    assert numbers[0] < numbers[1]
