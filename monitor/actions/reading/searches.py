"""Search over stored articles: a question as a person writes it, answered in pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject
from monitor.actions.reading.articles import ListedArticle
from monitor.actions.reading.questions import read_question
from monitor.domain.errors import ConfigError
from monitor.domain.keys import key_of
from monitor.search import description
from monitor.search.question import Question, QuestionTooSlow, SearchPosition

if TYPE_CHECKING:
    from monitor.store.search.article_search import ArticleSearch
    from monitor.store.search.facets import Facets
    from monitor.store.search.index_rebuild import IndexProgress
    from monitor.store.store import Store

MOST = 1_000  # articles of a page
MOST_COUNTED = 10_000  # of the articles that a question finds
FACETS_SHOWN = 8  # values of a kind; the titles of more feeds are not looked up
_CURSOR = re.compile(r"(\d{1,18})-([01]\.\d{1,20}(?:e-\d{1,3})?)-([0-9a-f]{8})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """A page of articles that a question finds."""

    description: str  # of the question, in words
    articles: tuple[ListedArticle, ...]
    next: str | None  # the cursor of the next page; None: there is none
    incomplete: IndexProgress | None  # None: every article was searched
    parts: tuple[str, ...]  # the conditions of the question, each in words
    facets: Facets | None = None  # None: not asked for, or counting takes too long
    # Articles that it finds, at most `MOST_COUNTED`; None: not asked for, or it takes too long.
    total: int | None = None
    feed_titles: Mapping[str, str]  # of the feeds of the page, and of the largest facets

    def as_json(self) -> JsonObject:
        """The page as `search --json` shows it."""
        index = self.incomplete
        return {
            "question": self.description,
            "articles": [article.as_json() for article in self.articles],
            **self.total_as_json(),
            "next": self.next,
            "index": {"indexed": index.indexed, "articles": index.articles} if index else None,
        }

    @property
    def is_capped(self) -> bool:
        """Whether it finds more articles than were counted."""
        return self.total is not None and self.total > MOST_COUNTED

    @property
    def count_text(self) -> str:
        """ "17 articles", "more than 10,000 articles"; empty where counting takes too long."""
        if self.total is None:
            return ""
        if self.is_capped:
            return f"more than {MOST_COUNTED:,} articles"
        return "1 article" if self.total == 1 else f"{self.total:,} articles"

    def total_as_json(self) -> JsonObject:
        """`total`, or `total_at_least` above the bound; nothing where counting takes too long."""
        if self.is_capped:
            return {"total_at_least": MOST_COUNTED}
        return {} if self.total is None else {"total": self.total}


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """A page of a search."""

    question: str
    limit: int
    after: str | None = None  # the cursor of the page before
    zone: tzinfo = UTC  # of dates in the question
    with_facets: bool = False
    with_total: bool = True
    is_patient: bool = False  # with more time: the rest of a download that has begun


def search_articles(store: Store, request: SearchRequest, now: datetime) -> SearchResult:
    """The articles that the question finds, after those of the page with the cursor `after`.

    Raise ConfigError for a question that can't be understood, with the place and a suggestion,
    and for a cursor that belongs to another question.
    """
    question = request.question
    parsed = read_question(store, question, now, request.zone)
    position = position_of_cursor(request.after, question) if request.after else None
    search = (store.search.patient() if request.is_patient else store.search).of_one_answer()
    page = search.find(parsed, limit=request.limit, after=position)
    facets, total = _counts(search, parsed, request)
    articles = list(page.articles)
    sources = store.articles.sources(articles)
    feeds = {article.feed_key for article in articles}
    if facets is not None:
        feeds |= {*facets.largest_feeds(FACETS_SHOWN)}
    titles = store.feeds.titles(feeds)
    return SearchResult(
        description=description.describe(parsed, request.zone),
        articles=tuple(
            ListedArticle(
                article=article,
                feed_title=titles.get(article.feed_key, ""),
                sources=tuple(sources[article.key]),
            )
            for article in articles
        ),
        next=cursor_text(page.next, question) if page.next else None,
        incomplete=page.incomplete,
        parts=description.describe_parts(parsed, request.zone),
        facets=facets,
        total=total,
        feed_titles=titles,
    )


def question_facets(
    store: Store, question: str, now: datetime, zone: tzinfo = UTC
) -> tuple[Facets, Mapping[str, str]]:
    """The facets of a question, and the titles of the feeds that they name.

    Raise ConfigError for a question that can't be understood, and when counting takes too long.
    """
    facets = store.search.facets(read_question(store, question, now, zone))
    return facets, store.feeds.titles(set(facets.feeds))


def cursor_after(store: Store, question: str, article_key: str) -> str:
    """The cursor of the page that begins after an article.  Raise ConfigError when it is gone."""
    position = store.search.position(article_key)
    if position is None:
        raise ConfigError(f"no article {article_key[:64]!r}: it was removed, begin anew")
    return cursor_text(position, question)


def _counts(
    search: ArticleSearch, question: Question, request: SearchRequest
) -> tuple[Facets | None, int | None]:
    """Facets and the total, where they are asked for.

    None where counting takes too long: the page is of use without.
    """
    facets = None
    with suppress(QuestionTooSlow):
        facets = search.facets(question) if request.with_facets else None
        if facets is not None and not facets.is_capped:
            return facets, facets.total
        if request.with_total and facets is not None:
            return facets, search.total(question, facets, most=MOST_COUNTED + 1)
        if request.with_total:
            return facets, search.count(question, most=MOST_COUNTED + 1)
    return facets, None


def cursor_text(position: SearchPosition, question: str) -> str:
    """The position as people carry it from page to page; it belongs to its question."""
    return f"{position.number}-{float(position.score)!r}-{_digest(question)}"


def position_of_cursor(cursor: str, question: str) -> SearchPosition:
    """The position in a cursor.  Raise ConfigError for one of another question, or for none."""
    match = _CURSOR.fullmatch(cursor)
    if not match or match[3] != _digest(question):
        raise ConfigError(
            f"{cursor[:60]!r} is no cursor of this question: take the one that the page before"
            " printed, with the same question"
        )
    return SearchPosition(number=int(match[1]), score=float(match[2]))


def _digest(question: str) -> str:
    """8 digits that differ for questions that differ in more than white space."""
    return key_of("search", " ".join(question.split()))[:8]


def rebuild_index_step(store: Store) -> IndexProgress:
    """Index the words of some articles that were stored before there was an index."""
    return store.search.rebuild_step()
