"""Trial fetch of feeds: what each answers now, without storing anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.collecting.feed_logins import split_login
from monitor.domain.errors import FetchError, ParseError
from monitor.domain.feeds import Feed, PollState
from monitor.domain.keys import feed_key
from monitor.polling import publisher_hints

if TYPE_CHECKING:
    from monitor.domain.feeds import Fetched, Parsed
    from monitor.domain.ports import Fetcher, Pages, Parser
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCheck:
    """The result of a trial fetch of one feed."""

    url: str
    ok: bool
    answer: str  # the feed's title and what is notable about it, or the error
    entries: int = 0
    newest: datetime | None = None  # the newest entry's date
    language: str | None = None
    conditional: bool = False  # the publisher can answer "unchanged" (ETag, Last-Modified)
    full_text: str = ""  # the result of reading the first entry's page, where that is enabled

    def as_json(self) -> JsonObject:
        """A check as `feeds check --json` prints it."""
        return {
            "url": self.url,
            "ok": self.ok,
            "answer": self.answer,
            "entries": self.entries,
            "newest": as_json.instant(self.newest),
            "language": self.language,
            "conditional": self.conditional,
            "full_text": self.full_text,
        }


def feeds_to_check(store: Store, names: Sequence[str], now: datetime) -> list[Feed]:
    """The feeds of these keys, beginnings of keys or addresses; without names, every feed.

    An address that is not stored is checked as a feed of its own.
    """
    return [_feed_named(store, name, now) for name in names] if names else store.feeds.list()


def _feed_named(store: Store, name: str, now: datetime) -> Feed:
    url, login = split_login(name)
    feed = store.feeds.find(name) or store.feeds.find(url)
    if feed is not None:
        return replace(feed, login=login or feed.login)
    return Feed(key=feed_key(url), url=url, login=login, poll=PollState(due_at=now))


async def check_feeds(feeds: Sequence[Feed], settings: Settings) -> list[FeedCheck]:
    """Fetch and parse each feed once, at the same time; the checks in the order of the feeds.

    Of a feed with full text the first entry's page is read, too.
    """
    import asyncio

    from monitor.runtime import build

    async with build.collector(settings) as (fetcher, parser, pages):
        checks = [_check_feed(feed, fetcher, parser, pages) for feed in feeds]
        return list(await asyncio.gather(*checks))


async def _check_feed(feed: Feed, fetcher: Fetcher, parser: Parser, pages: Pages) -> FeedCheck:
    try:
        fetched = await fetcher.fetch(_without_validators(feed))
        parsed = await parser.parse(fetched)
        full_text = await _full_text(parsed, pages) if feed.fulltext else ""
    except (FetchError, ParseError) as error:
        return FeedCheck(url=feed.url, ok=False, answer=str(error))
    dates = [entry.published_at for entry in parsed.entries if entry.published_at]
    return FeedCheck(
        url=feed.url,
        ok=True,
        answer=_answer(feed, fetched, parsed, full_text),
        entries=len(parsed.entries),
        newest=max(dates, default=None),
        language=parsed.language,
        conditional=bool(fetched.etag or fetched.last_modified),
        full_text=full_text,
    )


def _without_validators(feed: Feed) -> Feed:
    """The feed as if never read, so that the publisher sends the whole document."""
    return replace(feed, poll=PollState(due_at=feed.poll.due_at))


def _answer(feed: Feed, fetched: Fetched, parsed: Parsed, full_text: str) -> str:
    """The title, then a redirect, damage, declared polling limits and full text."""
    parts = [parsed.title or "untitled"]
    if fetched.url != feed.url:
        parts.append(f"moved to {fetched.url}")
    if parsed.damage:
        parts.append(parsed.damage)
    hints = replace(parsed.hints, fresh_for=fetched.fresh_for, wait=fetched.retry_after)
    limits = publisher_hints.sentence(hints)
    if limits:
        parts.append(f"asks for {limits}")
    if full_text:
        parts.append(f"full text: {full_text}")
    return ", ".join(parts)


async def _full_text(parsed: Parsed, pages: Pages) -> str:
    """What comes of reading the page of the first entry that names one."""
    from monitor.articles import full_text

    entries = [entry for entry in parsed.entries if entry.url]
    if not entries:
        return "no entry names a page"
    entry = entries[0]
    try:
        page = full_text.Page(text=await pages.read(entry.url or ""))
    except (FetchError, ParseError) as error:
        page = full_text.Page(why=str(error))
    return full_text.best_text(entry.text, page).summary
