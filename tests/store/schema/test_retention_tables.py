"""The database itself keeps each wording of a pruned article once, and one position a kind."""

from __future__ import annotations

from sqlalchemy import Connection

from monitor.store.database.stored_states import Pruned
from monitor.store.schema.tables import prune_positions, pruned_articles
from tests.fakes import NOW
from tests.store.schema.rows import add, count, refuses


def test_each_wording_of_a_pruned_article_is_kept_once(connection: Connection) -> None:
    names = {"key": "a", "feed_key": "f", "alias": "page"}
    add(connection, pruned_articles, wording="first", **names)
    add(connection, pruned_articles, wording="second", **names)
    refuses(connection, pruned_articles, wording="first", **names)
    assert count(connection, pruned_articles) == 2


def test_each_kind_has_one_position(connection: Connection) -> None:
    position = {"at": NOW, "key": "a", "pruned": 1}
    add(connection, prune_positions, kind=Pruned.TEXTS, **position)
    refuses(connection, prune_positions, kind=Pruned.TEXTS, **position)
    add(connection, prune_positions, kind=Pruned.ARTICLES, **position)
