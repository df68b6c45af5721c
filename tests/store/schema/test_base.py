"""Lengths of texts, and the conditions of partial indexes."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import Connection

from monitor.store.migrations import declared_tables
from monitor.store.schema import base
from tests.store.schema import rows


def test_the_longest_address_of_a_feed_fits_into_its_unique_index(connection: Connection):
    draw = random.Random(4)  # PostgreSQL compresses an address that repeats itself
    letters = "".join(chr(draw.randrange(0x100, 0x800)) for _ in range(base.URL_LENGTH // 2))
    assert len(letters.encode()) == base.URL_LENGTH
    rows.add_feed(connection, url=letters)


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        (base.RELEVANT, "ix_articles_relevant"),
        (base.PENDING, "ix_alerts_pending"),
        (base.HELD, "ix_alerts_held"),
        (base.DEAD, "ix_alerts_dead"),
        (base.SILENCED, "ix_alerts_silenced"),
        (base.LEASED, "uq_alerts_lease_token"),
    ],
)
def test_an_index_is_partial_on_both_databases_by_the_same_condition(condition, index):
    indexes = {index.name: index for table in declared_tables.metadata.tables.values() for index in
               table.indexes}  # fmt: skip
    options = indexes[index].dialect_options
    assert options["sqlite"]["where"] is options["postgresql"]["where"] is condition
