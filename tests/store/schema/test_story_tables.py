"""The tables of stories and figures."""

from __future__ import annotations

from sqlalchemy import Connection

from monitor.store.schema.tables import figure_corrections, stories
from tests.fakes import NOW
from tests.store.schema import rows

STORY = {
    "number": 1, "key": "s", "title": "Kursk", "renamed_by": None, "language": "en",
    "first_at": NOW, "last_at": NOW, "articles": 0, "merged_into": None,
}  # fmt: skip


def test_a_storys_key_and_number_are_its_own(connection: Connection):
    rows.add(connection, stories, **STORY)
    rows.refuses(connection, stories, **STORY | {"key": "t"})
    rows.refuses(connection, stories, **STORY | {"number": 2})
    rows.add(connection, stories, **STORY | {"number": 2, "key": "t"})


def test_a_correction_is_of_a_stored_figure(connection: Connection):
    rows.refuses(
        connection, figure_corrections, article_key="a", position=0, number=1, at=NOW, by="ann",
        reason="x", before={}, after={},
    )  # fmt: skip
