"""GIN candidates of a search on PostgreSQL, whose planner misjudges rare words.

It is asked two questions: first for a bounded number of candidates from the GIN index; if there
are more, the words are frequent, and a walk along the numbers soon fills the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import isqrt

from sqlalchemy import Connection, func, select, text

from monitor.search.question import Node
from monitor.store.schema.tables import article_numbers
from monitor.store.search import text_queries

# Settings of one transaction: only the GIN index; only look-ups by key; only the walk along the
# numbers.  Before PostgreSQL 18 a plan that needs what is switched off seems so expensive that it
# is compiled, which takes longer than to run it.
_BY_INDEX = ("enable_seqscan", "enable_indexscan", "enable_indexonlyscan")
_BY_KEYS = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit")
_BY_WALK = (
    "enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin", "enable_sort",
    "jit",
)  # fmt: skip
_HITS = text("SELECT number FROM article_words WHERE words @@ CAST(:query AS tsquery) LIMIT :most")
_IN_PARTS = text("SELECT number FROM article_words WHERE has_parts")


@dataclass(frozen=True, slots=True)
class Candidates:
    """The numbers of the articles with the words; unless `are_exact`, some may lack them."""

    numbers: Sequence[int]
    are_exact: bool


def find(connection: Connection, narrowing: Node | None, rows: int) -> Candidates | None:
    """The candidates of a question of which so many rows are read; None when there are many.

    A walk to so many rows looks at about `rows × articles ÷ hits` articles, the index at all hits:
    they cost the same where there are √(rows × articles) hits.
    """
    if narrowing is None:
        return None
    newest = connection.scalar(select(func.max(article_numbers.c.number))) or 0
    limit = isqrt(rows * newest) + rows
    query = {"query": text_queries.ts_query(narrowing), "most": limit + 1}
    with by_index(connection):
        hits = connection.scalars(_HITS, query).all()
    if len(hits) > limit:
        return None
    # an article in parts is looked at itself: its words may lie in several parts
    divided = in_parts(connection)
    return Candidates(sorted({*hits, *divided}), are_exact=not divided)


def in_parts(connection: Connection) -> Sequence[int]:
    """The numbers of the articles whose words lie in several rows."""
    return connection.scalars(_IN_PARTS).all()


@contextmanager
def by_index(connection: Connection) -> Iterator[None]:
    """Statements meanwhile use the GIN index."""
    _switch(connection, _BY_INDEX, "off")
    yield
    _switch(connection, _BY_INDEX, "on")


def look_up_by_key(connection: Connection) -> None:
    """Statements of this transaction look up rows by their keys, and read no table whole."""
    _switch(connection, _BY_KEYS, "off")


def walk(connection: Connection) -> None:
    """Statements of this transaction walk along the numbers."""
    _switch(connection, _BY_WALK, "off")


def _switch(connection: Connection, settings: Sequence[str], state: str) -> None:
    """In one statement: each of them is a way to the server and back."""
    local = ", ".join(f"set_config('{name}', '{state}', true)" for name in settings)
    connection.execute(text(f"SELECT {local}"))
