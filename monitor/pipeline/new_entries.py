"""What is new in a publisher's answer?  Its new and edited entries, ready to be judged."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.articles import full_text, identity
from monitor.articles.full_text import Page
from monitor.classify.features import language
from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article
from monitor.domain.feeds import Feed, Parsed
from monitor.store.repositories.articles import Articles

log = logging.getLogger(__name__)

_NOT_ASKED = Page(why="it was there before we watched")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a publisher answered, and what came of asking the pages of its articles (by key)."""

    feed: Feed
    parsed: Parsed
    pages: Mapping[str, Page] = field(default_factory=dict)  # for a feed with full text


def was_there_before(feed: Feed, find: identity.NewEntry) -> bool:
    """Is it of the time before we watched, or the edit of an article that is?"""
    return find.before.backlog if find.before else identity.is_backlog(feed, find.entry)


def finds(
    documents: Sequence[Document], articles: Articles, now: datetime
) -> list[list[identity.NewEntry]]:
    """Of each document the entries that we have not kept in these words, dated and in a known
    language.
    """
    named = [
        identity.identified(one.feed.key, one.parsed.entries, but=one.parsed.seen)
        for one in documents
    ]
    keys = [one.feed.key for one in documents]
    kept = articles.stored_entries(zip(keys, named, strict=True))
    return [
        _of_one(one, names, kept.get(one.feed.key, []), articles, now)
        for one, names in zip(documents, named, strict=True)
    ]


def _of_one(
    document: Document,
    named: Sequence[identity.IdentifiedEntry],
    kept: Sequence[identity.StoredEntry],
    articles: Articles,
    now: datetime,
) -> list[identity.NewEntry]:
    feed = document.feed
    found = identity.new_or_edited(
        named, kept, articles.by_keys(identity.possibly_edited(named, kept))
    )
    renamed = identity.republished(found, lambda: articles.recent_wordings(feed.key))
    if renamed:
        log.warning("poll.renamed", extra={"feed": feed.url, "entries": len(renamed)})
    if feed.fulltext:
        pages = document.pages
        found = [_with_page(find, pages.get(find.key, _NOT_ASKED)) for find in found]
    return [
        replace(
            find,
            entry=replace(
                find.entry,
                language=language.entry_language(
                    find.entry, feed.language or document.parsed.language
                ),
                published_at=identity.credible_date(find.entry.published_at, now),
            ),
        )
        for find in found
        if find.key not in renamed
    ]


def _with_page(find: identity.NewEntry, page: Page) -> identity.NewEntry:
    read = full_text.best_text(find.entry.text, page)
    entry = replace(find.entry, text=read.text)
    return replace(find, entry=entry, own_text=read.feed_text, page=read.summary)


def in_short(polled: PollResult) -> PollResult:
    """The same for counting: a round of many feeds must not hold every text until its end."""
    return replace(
        polled,
        articles=tuple(map(_without_text, polled.articles)),
        edited=tuple(map(_without_text, polled.edited)),
        memory=None,
    )


def _without_text(article: Article) -> Article:
    entry = replace(article.entry, text="")
    return replace(article, entry=entry, own_text=None)
