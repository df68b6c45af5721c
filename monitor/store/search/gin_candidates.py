"""GIN candidates of a search on PostgreSQL: the articles with the words, window by window.

The GIN index has no order, so a page of the newest articles with frequent words would need all of
them.  It is asked for those of a window of the newest numbers, which is as wide as the hits before
it promise: some thousand hits are looked at, however many there are.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil

from sqlalchemy import Connection, func, select, text

from monitor.store.database.database_errors import TookTooLong
from monitor.store.schema.tables import article_numbers

# Settings of one transaction: only the GIN index; only look-ups by key; only the walk along the
# numbers.  Before PostgreSQL 18 a plan that needs what is switched off seems so expensive that it
# is compiled, which takes longer than to run it.
_BY_INDEX = ("enable_seqscan", "enable_indexscan", "enable_indexonlyscan")
_BY_KEYS = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit")
_BY_WALK = (
    "enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin", "enable_sort",
    "jit",
)  # fmt: skip
_HITS = text(
    "SELECT number FROM article_words WHERE words @@ CAST(:query AS tsquery)"
    " AND number >= :low AND number < :high LIMIT :most"
)
_IN_PARTS = text("SELECT number FROM article_words WHERE has_parts")
# A plan for any window would look up the numbers of one that holds every article, too.
_PLAN_ANEW = text("SET LOCAL plan_cache_mode = force_custom_plan")

# The first window has so many numbers for each article of a page.  The second one is made for
# half as many hits again as the page needs, each later one for twice those of the one before.
_FIRST_WIDTH, _SECOND_SHARE, _GROWTH = 16, 1.5, 2
_FEW_HITS = 10  # for each article of a page


@dataclass(frozen=True, slots=True)
class NumberSpan:
    """The numbers from `low` to `high` without it."""

    low: int
    high: int

    def __contains__(self, number: int) -> bool:
        return self.low <= number < self.high

    def __len__(self) -> int:
        return max(0, self.high - self.low)

    def window(self, width: int, *, oldest_first: bool) -> NumberSpan:
        """The first numbers of the span, or the last ones."""
        if oldest_first:
            return NumberSpan(self.low, min(self.high, self.low + width))
        return NumberSpan(max(self.low, self.high - width), self.high)

    def without(self, window: NumberSpan) -> NumberSpan:
        """What comes before a window at the end, or after one at the beginning."""
        if window.high == self.high:
            return NumberSpan(self.low, window.low)
        return NumberSpan(window.high, self.high)

    def after(self, number: int, *, oldest_first: bool) -> NumberSpan:
        """What comes after a number."""
        if oldest_first:
            return NumberSpan(max(self.low, number + 1), self.high)
        return NumberSpan(self.low, min(self.high, number))


def every_number(connection: Connection) -> NumberSpan:
    """The span of all articles."""
    newest = connection.scalar(select(func.max(article_numbers.c.number))) or 0
    return NumberSpan(1, newest + 1)


@dataclass(slots=True)
class HitCache:
    """The hits of the newest numbers, for further questions about the same answers."""

    span: NumberSpan  # where they were looked for; it ends with the newest number
    numbers: list[int] = field(default_factory=list)

    @classmethod
    def empty(cls, span: NumberSpan) -> HitCache:
        """A cache of this span whose windows have not been looked at."""
        return cls(NumberSpan(span.high, span.high))

    def add(self, window: NumberSpan, numbers: Sequence[int]) -> None:
        """Keep what is in a window that lies before the span; what lies elsewhere is not kept."""
        if window.high == self.span.low:
            self.span = NumberSpan(window.low, self.span.high)
            self.numbers += numbers


@dataclass(frozen=True, slots=True)
class WordSearch:
    """What the windows have in common."""

    query: str  # a `tsquery`
    divided: Sequence[int]  # the numbers of all articles whose words lie in several parts
    limit: timedelta  # the time that all windows together may take
    most_hits: int = 20_000  # of one window: where there are more, it is made narrower
    cache: HitCache | None = None


def windows(
    connection: Connection,
    search: WordSearch,
    span: NumberSpan,
    rows: int,
    *,
    oldest_first: bool = False,
) -> Iterator[Sequence[int]]:
    """The numbers of a span whose articles may have the words, ascending, window by window.

    The windows come from the newest to the oldest unless `oldest_first`; the caller stops when it
    has its `rows`.  Divided articles are always among them.  Raise TookTooLong.
    """
    end = time.monotonic() + search.limit.total_seconds()
    connection.execute(_PLAN_ANEW)
    width, target, hits_before, width_before = rows * _FIRST_WIDTH, rows * _SECOND_SHARE, 0, 0
    cache = search.cache or HitCache.empty(span)
    if cache.span and not oldest_first:
        hits_before, width_before = len(cache.numbers), len(cache.span)
        numbers = sorted(number for number in cache.numbers if number in span)
        if numbers:
            yield numbers
        span = NumberSpan(span.low, min(span.high, cache.span.low))
        width = _width(span, rows, target, hits_before / width_before)
    while span:
        if time.monotonic() > end:
            raise TookTooLong("the search took longer than it may")
        window = span.window(width, oldest_first=oldest_first)
        hits = _hits(connection, search, window)
        if len(hits) > search.most_hits:
            width = max(1, len(window) // 8)
            continue
        numbers = sorted({*hits, *(number for number in search.divided if number in window)})
        cache.add(window, numbers)
        if numbers:
            yield numbers
        span = span.without(window)
        hits_before, width_before = hits_before + len(hits), width_before + len(window)
        width = _width(span, rows, target, hits_before / width_before)
        target *= _GROWTH


def _width(span: NumberSpan, rows: int, target: float, share: float) -> int:
    """How many numbers promise as many hits as the target; all of the span where it promises few.

    `share` is that of the hits before.  A window takes as long as some thousand hits that the
    server has in its memory, but far less than those that it has to read.
    """
    return len(span) if share * len(span) <= _FEW_HITS * rows else ceil(target / share)


def _hits(connection: Connection, search: WordSearch, window: NumberSpan) -> Sequence[int]:
    """The numbers of the window with the words, in no order; one more than it may have."""
    parameters = {"query": search.query, "low": window.low, "high": window.high}
    with by_index(connection):
        return connection.scalars(_HITS, {**parameters, "most": search.most_hits + 1}).all()


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
