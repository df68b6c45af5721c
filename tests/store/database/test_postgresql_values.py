"""Values of PostgreSQL's own types, computed by a real server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, literal, select

from monitor.store.database.engine import connect, read_url
from monitor.store.database.postgresql_values import json_path, jsonb, numbers, ts_query
from monitor.store.database.transactions import CACHE_MB


@pytest.fixture
def server_connection(postgresql_url: str) -> Iterator[Connection]:
    engine = connect(read_url(postgresql_url), patience=timedelta(seconds=5), cache_mb=CACHE_MB)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def test_each_is_a_value_of_its_type(server_connection: Connection):
    decided = jsonb([{"labels": ["arms"]}, {"labels": []}])
    values = {
        "contains": decided.contains([{"labels": ["arms"]}]),
        "without": decided.contains([{"labels": ["troops"]}]),
        "labels": func.jsonb_path_query_array(decided, json_path("$[*].labels[*]")),
        "first": jsonb(["kursk", 0.4])[0].astext,
        "words": func.to_tsvector("simple", "sappers in Kursk").bool_op("@@")(ts_query("'kursk'")),
        "number": literal(3) == func.any(numbers([1, 3])),
        "no_number": literal(2) == func.any(numbers([1, 3])),
    }
    query = select(*[value.label(name) for name, value in values.items()])
    assert server_connection.execute(query).one()._asdict() == {
        "contains": True,
        "without": False,
        "labels": ["arms"],
        "first": "kursk",
        "words": True,
        "number": True,
        "no_number": False,
    }
