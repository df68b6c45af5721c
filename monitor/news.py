"""What is new in a publisher's answer?  Its new and edited entries, ready to be judged."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from monitor import dedupe
from monitor.classify import language
from monitor.domain import Feed, Parsed
from monitor.store.articles import Articles

log = logging.getLogger(__name__)


def finds(feed: Feed, parsed: Parsed, articles: Articles, now: datetime) -> list[dedupe.Find]:
    """The entries that we have not kept in these words, dated and in a known language."""
    named = dedupe.named(feed.key, parsed.entries)  # all of them: a name may stand for two
    named = [one for place, one in enumerate(named) if place not in parsed.seen]
    kept = articles.recognise(feed.key, named) if named else []
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
