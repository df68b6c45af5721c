"""What is new in feed documents: their new and edited entries, ready to be judged."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.articles import entry_names, identity
from monitor.articles.entry_names import IdentifiedEntry, Name
from monitor.articles.identity import NewEntry, StoredEntry
from monitor.classify.features import language
from monitor.domain.articles import Article
from monitor.domain.feeds import Entry, Feed, Parsed
from monitor.store.repositories.articles import Articles

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed with what its publisher answered, parsed."""

    feed: Feed
    parsed: Parsed


def is_backlog(feed: Feed, new: NewEntry) -> bool:
    """Whether it was there before we watched, or is the edit of an article that was."""
    return new.before.backlog if new.before else identity.is_backlog(feed, new.entry)


def new_entries(documents: Sequence[Document], articles: Articles) -> list[list[NewEntry]]:
    """Of each document the entries that are not stored in these words; one database read for all.

    What a publisher gave new names to, all at once, is not new and is left out.
    """
    identified = [
        entry_names.identified(document.feed.key, document.parsed.entries, but=document.parsed.seen)
        for document in documents
    ]
    keys = [document.feed.key for document in documents]
    stored = articles.stored_entries(zip(keys, identified, strict=True))
    return [
        _new_in(document.feed, entries, stored.get(document.feed.key, []), articles)
        for document, entries in zip(documents, identified, strict=True)
    ]


def _new_in(
    feed: Feed,
    entries: Sequence[IdentifiedEntry],
    stored: Sequence[StoredEntry],
    articles: Articles,
) -> list[NewEntry]:
    edited_keys = identity.possibly_edited(entries, stored)
    edited = articles.by_keys(edited_keys)
    new = identity.new_or_edited(entries, stored, edited)
    shared = _shared_names(feed, new, articles)
    if shared:
        new = identity.new_or_edited(entries, stored, edited, shared=shared)
    renamed = identity.republished(new, lambda: articles.recent_wordings(feed.key))
    if renamed:
        log.warning("poll.renamed", extra={"feed": feed.url, "entries": len(renamed)})
    return [entry for entry in new if entry.key not in renamed]


def _shared_names(feed: Feed, new: Sequence[NewEntry], articles: Articles) -> set[Name]:
    """Of the articles that get another headline: the names that other stories of the feed had."""
    names = {
        entry_names.name_of(entry.before.entry)
        for entry in new
        if entry.before is not None and _is_retitled(entry.entry, entry.before)
    }
    return articles.shared_names(feed.key, names) if names else set()


def _is_retitled(entry: Entry, before: Article) -> bool:
    return entry_names.headline_words(entry) != entry_names.headline_words(before.entry)


def completed(entries: Sequence[NewEntry], document: Document, now: datetime) -> list[NewEntry]:
    """The entries with a language, and with a date that can be believed."""
    default = document.feed.language or document.parsed.language
    return [
        replace(
            new,
            entry=replace(
                new.entry,
                language=language.entry_language(new.entry, default),
                published_at=identity.credible_date(new.entry.published_at, now),
            ),
        )
        for new in entries
    ]
