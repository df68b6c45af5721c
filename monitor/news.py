"""What is new in a publisher's answer?  Its new and edited entries, ready to be judged."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor import dedupe
from monitor.classify import language
from monitor.domain import Feed, Parsed
from monitor.store.articles import Articles

log = logging.getLogger(__name__)


def finds(
    documents: Sequence[tuple[Feed, Parsed]], articles: Articles, now: datetime
) -> list[list[dedupe.Find]]:
    """Of each feed's document the entries that we have not kept in these words, dated and in a
    known language.
    """
    named = [dedupe.named(feed.key, parsed.entries, but=parsed.seen) for feed, parsed in documents]
    keys = [feed.key for feed, _ in documents]
    kept = articles.recognise(zip(keys, named, strict=True))
    return [
        _of_one(feed, parsed, names, kept.get(feed.key, []), articles, now)
        for (feed, parsed), names in zip(documents, named, strict=True)
    ]


def _of_one(
    feed: Feed,
    parsed: Parsed,
    named: Sequence[dedupe.Named],
    kept: Sequence[dedupe.Kept],
    articles: Articles,
    now: datetime,
) -> list[dedupe.Find]:
    found = dedupe.sort(named, kept, articles.whole(dedupe.changed(named, kept)))
    renamed = dedupe.renamed(found, lambda: articles.wordings(feed.key))
    if renamed:
        log.warning("poll.renamed", extra={"feed": feed.url, "entries": len(renamed)})
    return [
        replace(
            find,
            entry=replace(
                find.entry,
                language=language.of(find.entry, feed.language or parsed.language),
                published_at=dedupe.clamp_date(find.entry.published_at, now),
            ),
        )
        for find in found
        if find.key not in renamed
    ]
