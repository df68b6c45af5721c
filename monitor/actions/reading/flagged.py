"""Queue of flagged articles: those without a mark, all of them, or those near the threshold.

The queue is a search whose first condition is the view, so its facets are the fields of a search
question: "theme:arms lang:ko".
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject
from monitor.actions.reading.articles import ListedArticle
from monitor.actions.reading.questions import read_question
from monitor.actions.reading.searches import cursor_text, position_of_cursor
from monitor.domain.articles import Mark
from monitor.search.question import AllOf, ArticleState, InState, Question

if TYPE_CHECKING:
    from monitor.store.search.article_search import ArticleSearch
    from monitor.store.search.facets import Facets
    from monitor.store.store import Store

_PAGE = 50


class QueueView(enum.StrEnum):
    """Which articles the queue holds."""

    UNMARKED = "unmarked"  # flagged, and nobody has marked them
    ALL = "all"  # flagged, marked or not
    NEAR = "near"  # within 0.05 of the threshold, on either side, and not marked


_STATES: Mapping[QueueView, tuple[ArticleState, ...]] = {
    QueueView.UNMARKED: (ArticleState.FLAGGED, ArticleState.UNMARKED),
    QueueView.ALL: (ArticleState.FLAGGED,),
    QueueView.NEAR: (ArticleState.NEAR, ArticleState.UNMARKED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRequest:
    """A page of the queue."""

    view: QueueView = QueueView.UNMARKED
    question: str = ""  # narrows the view: "theme:arms lang:ko"
    after: str = ""  # the cursor of the page before
    limit: int = _PAGE
    zone: tzinfo = UTC  # of dates in the question


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedArticle:
    """An article of the queue, the copies of it folded in."""

    listed: ListedArticle
    marks: tuple[Mark, ...]

    @property
    def outlets(self) -> int:
        """How many feeds brought it or a copy of it."""
        return len(self.listed.sources)

    def as_json(self) -> JsonObject:
        """The article as `articles list --json` shows it, with its marks."""
        marks = [
            {
                "relevant": mark.relevant,
                "topic": mark.topic or None,
                "by": mark.by,
                "themes": list(mark.themes),
            }
            for mark in self.marks
        ]
        return {**self.listed.as_json(), "marks": marks}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """A page of the queue."""

    articles: tuple[QueuedArticle, ...]
    next: str | None  # the cursor of the next page

    def as_json(self, facets: Facets) -> JsonObject:
        """The page for programs, with the total of the queue's facets."""
        total = "total_at_least" if facets.is_capped else "total"
        return {
            "items": [article.as_json() for article in self.articles],
            "next": self.next,
            total: facets.total,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCounts:
    """Counts of the queue, whatever page of it is shown."""

    facets: Facets  # of the view with the question
    views: Mapping[QueueView, int]  # of every view with the same question


def flagged_queue(store: Store, request: QueueRequest, now: datetime) -> QueuePage:
    """A page of the queue, the newest article first; copies are folded.

    Raise ConfigError for a question that can't be understood, and for a cursor of another one.
    """
    question = _narrowed(read_question(store, request.question, now, request.zone), request.view)
    cursor_of = f"{request.view}: {request.question}"
    position = position_of_cursor(request.after, cursor_of) if request.after else None
    search = _search(store, request)
    page = search.find(question, limit=request.limit, after=position, fold_copies=True)
    titles = store.feeds.titles({article.feed_key for article in page.articles})
    sources = store.articles.sources(page.articles)
    marks = store.marks.of_articles([article.key for article in page.articles])
    return QueuePage(
        articles=tuple(
            QueuedArticle(
                listed=ListedArticle(
                    article=article,
                    feed_title=titles.get(article.feed_key, ""),
                    sources=tuple(sources[article.key]),
                ),
                marks=tuple(marks.get(article.key, ())),
            )
            for article in page.articles
        ),
        next=cursor_text(page.next, cursor_of) if page.next else None,
    )


def queue_facets(store: Store, request: QueueRequest, now: datetime) -> Facets:
    """The facets of the queue; counting costs several times what a page does.

    Raise ConfigError for a question that can't be understood.
    """
    extra = read_question(store, request.question, now, request.zone)
    return _search(store, request).facets(_narrowed(extra, request.view), fold_copies=True)


def queue_size(store: Store, request: QueueRequest, now: datetime) -> int:
    """How many articles are in the queue, counted as far as facets are.

    Raise ConfigError for a question that can't be understood.
    """
    extra = read_question(store, request.question, now, request.zone)
    return _search(store, request).count(_narrowed(extra, request.view), fold_copies=True)


def newer_than(store: Store, request: QueueRequest, newest_key: str, now: datetime) -> int:
    """How many articles have joined the queue since its newest article was `newest_key`."""
    question = _narrowed(read_question(store, request.question, now, request.zone), request.view)
    page = _search(store, request).find(question, limit=request.limit, fold_copies=True)
    keys = [article.key for article in page.articles]
    return keys.index(newest_key) if newest_key in keys else len(keys)


def _search(store: Store, request: QueueRequest) -> ArticleSearch:
    """The search for the queue: on a busy machine a view alone must not end as too slow."""
    return store.search if request.question else store.search.patient()


def _narrowed(extra: Question, view: QueueView) -> Question:
    conditions: Sequence[InState] = [InState(state) for state in _STATES[view]]
    inner = extra.tree
    parts = inner.parts if isinstance(inner, AllOf) else () if inner is None else (inner,)
    return replace(extra, tree=AllOf((*parts, *conditions)))
