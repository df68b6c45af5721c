"""Search over stored articles: a question and a position in, a page of articles out.

SQLite walks the FTS5 index in the order of numbers; PostgreSQL is asked as `gin_candidates` says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeGuard, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    TextClause,
    and_,
    column,
    func,
    or_,
    select,
    table,
    text,
    true,
)

from monitor.domain.articles import Article
from monitor.search import feed_names
from monitor.search.question import (
    AllOf,
    Node,
    OfTheme,
    Question,
    QuestionTooSlow,
    SearchPosition,
    Sort,
    Words,
    leaves,
    required_words,
)
from monitor.store.database.database_errors import TookTooLong
from monitor.store.database.transactions import Database
from monitor.store.mapping import article_rows
from monitor.store.schema.tables import article_numbers, articles
from monitor.store.search import (
    facets,
    gin_candidates,
    index_rebuild,
    pattern_hits,
    text_queries,
)
from monitor.store.search.conditions import Conditions, number_in
from monitor.store.search.facets import MOST_COUNTED, Facets
from monitor.store.search.feed_lookup import named_feeds
from monitor.store.search.gin_candidates import HitCache, WordSearch
from monitor.store.search.index_rebuild import BATCH, IndexProgress
from monitor.store.search.numbered_query import NumberedQuery
from monitor.store.search.theme_conditions import hit_for_theme

T = TypeVar("T")

TIME_LIMIT = timedelta(seconds=2)
_OWN_TIME_LIMIT = timedelta(seconds=20)
_VECTOR_COUNT = text(
    "SELECT count(*) FROM (SELECT number FROM article_words"
    " WHERE words @@ CAST(:query AS tsquery) AND part = 0 AND NOT has_parts LIMIT :most) AS hits"
)
_words = table("article_words", column("rowid"), column("number"), column("part"))
_earlier = articles.alias("earlier")
# No copy with the same outcome was stored before: a flagged copy of a rejected text stays.  Made
# once: the columns of an alias cost more than the rest of a statement.
_IS_FIRST_COPY = ~(
    select(_earlier.c.key)
    .where(
        _earlier.c.copy_key == articles.c.copy_key,
        _earlier.c.relevant == articles.c.relevant,
        or_(
            _earlier.c.seen_at < articles.c.seen_at,
            and_(_earlier.c.seen_at == articles.c.seen_at, _earlier.c.key < articles.c.key),
        ),
    )
    .exists()
)


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of answers."""

    articles: tuple[Article, ...]
    next: SearchPosition | None  # None: there are no more
    incomplete: IndexProgress | None  # None: the index has the words of every article


class ArticleSearch:
    """The search of one database, and its index."""

    def __init__(
        self,
        database: Database,
        *,
        limit: timedelta = TIME_LIMIT,
        caches: dict[str, HitCache] | None = None,
    ) -> None:
        """`limit` is the time that the answer of a question may take.

        `caches` has the hits of this search by their words; None: they are not kept.
        """
        self._database = database
        self.time_limit = limit
        self._caches = caches

    def patient(self) -> ArticleSearch:
        """The same search with more time, for the questions that pages ask of themselves."""
        return ArticleSearch(self._database, limit=_OWN_TIME_LIMIT)

    def of_one_answer(self) -> ArticleSearch:
        """The same search, which keeps what it looks up for a page, its facets and its total."""
        return ArticleSearch(self._database, limit=self.time_limit, caches={})

    def _read(self, call: Callable[[Connection], T]) -> T:
        """Raise QuestionTooSlow."""
        try:
            return self._database.read(call, limit=self.time_limit)
        except TookTooLong:
            raise QuestionTooSlow(self.time_limit.total_seconds()) from None

    def find(
        self,
        question: Question,
        *,
        limit: int,
        after: SearchPosition | None = None,
        fold_copies: bool = False,
    ) -> SearchPage:
        """The next articles that the question finds, in its order.

        `fold_copies` leaves out an article when a copy with the same outcome was stored before it.
        Raise QuestionTooSlow when that takes longer than a question may.
        """
        return self._read(
            lambda connection: self._page(
                connection,
                self._query(connection, question, fold_copies),
                limit,
                after,
            )
        )

    def position(self, article_key: str) -> SearchPosition | None:
        """Where an article stands in the order of answers; None when it is not stored."""
        query = select(article_numbers.c.number, articles.c.score)
        query = query.join_from(article_numbers, articles, articles.c.key == article_numbers.c.key)
        query = query.where(articles.c.key == article_key)
        row = self._database.read(lambda connection: connection.execute(query).first())
        return SearchPosition(row.number, row.score) if row else None

    def facets(self, question: Question, *, fold_copies: bool = False) -> Facets:
        """Counts by theme, language, feed and month over the articles that the question finds."""

        def read(connection: Connection) -> Facets:
            query = self._counted(connection, question, fold_copies)
            return facets.count(self._database, connection, query)

        return self._read(read)

    def total(self, question: Question, counted: Facets, *, most: int) -> int:
        """The articles that the question finds, at most `most`; its facets are not counted again.

        Raise QuestionTooSlow.
        """
        last = counted.last
        if last is None or _is_text(question.tree):
            return self.count(question, most=most)

        def read(connection: Connection) -> int:
            query = self._query(connection, question, False).after(last)
            return counted.total + query.count(connection, most - counted.total)

        return self._read(read)

    def count(
        self,
        question: Question,
        *,
        fold_copies: bool = False,
        most: int = MOST_COUNTED,
    ) -> int:
        """The articles that the question finds, at most `most` of them."""

        def read(connection: Connection) -> int:
            if not (fold_copies or self._database.is_sqlite) and _is_text(question.tree):
                return self._count_words(connection, question, question.tree, most)
            return self._counted(connection, question, fold_copies).count(connection, most)

        return self._read(read)

    def _count_words(
        self, connection: Connection, question: Question, tree: Node, most: int
    ) -> int:
        """The hits of the GIN index, without a look at the articles."""
        query = {"query": text_queries.ts_query(tree), "most": most}
        with gin_candidates.by_index(connection):
            hits: int = connection.scalar(_VECTOR_COUNT, query) or 0
        in_parts = gin_candidates.in_parts(connection)
        if not in_parts or hits >= most:
            return hits
        # of these the words may lie in several parts
        whole = self._unfolded(connection, question).select
        counted = whole.where(number_in(self._database, in_parts)).subquery()
        return min(most, hits + (connection.scalar(select(func.count()).select_from(counted)) or 0))

    def _counted(
        self, connection: Connection, question: Question, fold_copies: bool
    ) -> NumberedQuery:
        """The query in the order in which articles are counted.

        SQLite needs no numbers for a question without words and themes: it walks the articles by
        time.  PostgreSQL walks the numbers of a queue, of which it knows how many there are.
        """
        tree = question.tree
        is_numbered = tree is not None and any(
            isinstance(leaf, Words | OfTheme) for leaf in leaves(tree)
        )
        if is_numbered or question.patterns or not self._database.is_sqlite:
            return self._query(connection, question, fold_copies)
        query = select(articles)
        if tree is not None:
            feed_keys = _feed_keys(connection, tree)
            conditions = Conditions(self._database, feed_keys, {}, is_numbered=False)
            query = query.where(conditions.of_node(tree))
        if fold_copies:
            query = query.where(_IS_FIRST_COPY)
        return NumberedQuery(query, None, question.sort)

    def progress(self) -> IndexProgress:
        """How many articles are in the index of words."""
        return index_rebuild.progress(self._database)

    def rebuild_step(self, batch: int = BATCH) -> IndexProgress:
        """Index some of the articles that are not indexed yet, the newest first."""
        return index_rebuild.step(self._database, batch)

    @staticmethod
    def _page(
        connection: Connection,
        query: NumberedQuery,
        limit: int,
        after: SearchPosition | None,
    ) -> SearchPage:
        if after is not None:
            query = query.after(after)
        rows = query.rows(connection, limit + 1)
        shown = rows[:limit]
        return SearchPage(
            articles=tuple(article_rows.article_from_row(row) for row in shown),
            next=SearchPosition(shown[-1].number, shown[-1].score) if len(rows) > limit else None,
            incomplete=index_rebuild.missing(connection),
        )

    def _query(
        self, connection: Connection, question: Question, fold_copies: bool
    ) -> NumberedQuery:
        query = self._unfolded(connection, question)
        if not fold_copies:
            return query
        return replace(query, select=query.select.where(_IS_FIRST_COPY), hits=None)

    def _unfolded(self, connection: Connection, question: Question) -> NumberedQuery:
        tree = question.tree
        narrowing = _text_part(tree)
        required = required_words(tree)
        patterns = pattern_hits.numbers(self._database, connection, question.patterns, required)
        conditions = Conditions(self._database, _feed_keys(connection, tree), patterns)
        condition = conditions.of_node(tree) if tree is not None else true()
        if self._database.is_sqlite:
            return _sqlite_query(question, narrowing, conditions)
        others = [part for part in _parts(tree) if not text_queries.is_text(part)] if tree else []
        divided = gin_candidates.in_parts(connection) if narrowing is not None else ()
        looked_at = tree
        if narrowing is not None and not divided:  # GIN answers the words
            looked_at = AllOf(tuple(others))
            condition = and_(true(), *[conditions.of_node(part) for part in others])
        source = article_numbers.join(articles, articles.c.key == article_numbers.c.key)
        if any(isinstance(leaf, Words) for leaf in leaves(looked_at)):
            source = source.join(
                _words,
                and_(_words.c.number == article_numbers.c.number, _words.c.part == 0),
                isouter=narrowing is None,  # what is not indexed yet has no words
            )
        query = _by_number(source).where(condition)
        if narrowing is not None:
            words = self._word_search(connection, narrowing, divided)
            hits = None
            if not divided and all(isinstance(part, OfTheme) for part in others):
                hits = select(article_numbers.c.number).where(condition)
            return NumberedQuery(query, article_numbers.c.number, question.sort, words, hits=hits)
        if question.sort is not Sort.SCORE:
            gin_candidates.walk(connection)
        return NumberedQuery(query, article_numbers.c.number, question.sort)

    def _word_search(
        self, connection: Connection, narrowing: Node, divided: Sequence[int]
    ) -> WordSearch:
        words = WordSearch(text_queries.ts_query(narrowing), divided, self.time_limit)
        if self._caches is None:
            return words
        if words.query not in self._caches:
            self._caches[words.query] = HitCache.empty(gin_candidates.every_number(connection))
        return replace(words, cache=self._caches[words.query])


def _is_text(tree: Node | None) -> TypeGuard[Node]:
    """Whether the index of words alone answers the question."""
    return tree is not None and text_queries.is_text(tree) and _text_part(tree) is not None


def _by_number(source: Any) -> Select[Any]:
    return select(article_numbers.c.number, *articles.c).select_from(source)


def _sqlite_query(
    question: Question, narrowing: Node | None, conditions: Conditions
) -> NumberedQuery:
    """FTS5 gives its rows in the order of their ids; ordered by the numbers, which are the same,
    all of them would be read and sorted.
    """
    tree = question.tree
    numbered = article_numbers.join(articles, articles.c.key == article_numbers.c.key)
    if tree is None or narrowing is None:
        query = _by_number(numbered)
        query = query if tree is None else query.where(conditions.of_node(tree))
        return NumberedQuery(query, article_numbers.c.number, question.sort)
    match = text("article_words MATCH :match").bindparams(match=text_queries.fts_match(narrowing))
    source = _words.join(article_numbers, article_numbers.c.number == _words.c.rowid)
    source = source.join(articles, articles.c.key == article_numbers.c.key)
    others = [part for part in _parts(tree) if not text_queries.is_text(part)]
    met: list[TextClause | ColumnElement[bool]] = [
        hit_for_theme(part.slug) if isinstance(part, OfTheme) else conditions.of_node(part)
        for part in others
    ]
    query = _by_number(source).where(match, *met)
    hits = None
    if all(isinstance(part, OfTheme) for part in others):
        hits = select(_words.c.rowid).where(match, *met)
    return NumberedQuery(query, _words.c.rowid, question.sort, hits=hits)


def _parts(tree: Node) -> Sequence[Node]:
    """The parts that an article must all meet."""
    return tree.parts if isinstance(tree, AllOf) else (tree,)


def _text_part(tree: Node | None) -> Node | None:
    """The parts that the index of words answers, as one; None where it can't narrow anything."""
    if tree is None:
        return None
    parts = tuple(part for part in _parts(tree) if text_queries.is_text(part))
    text_part = AllOf(parts) if parts else None
    return text_part if text_part and text_queries.fts_match(text_part) else None


def _feed_keys(connection: Connection, tree: Node | None) -> dict[str, tuple[str, ...]]:
    """Feed reference of the question → the keys of the feeds that it names."""
    if not feed_names.references(tree):
        return {}
    return feed_names.feed_keys(tree, named_feeds(connection))
