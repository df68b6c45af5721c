"""Is this address a feed, or a page that names one?  Asked once, when a feed is added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.domain.errors import ConfigError, FetchError, ParseError
from monitor.domain.feeds import Feed, Fetched, PollState
from monitor.domain.reasons import FeedReason

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.domain.ports import Fetcher, Parser
    from monitor.settings.sections import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedTrial:
    """The address to watch, and what to say about it."""

    url: str
    note: str = ""


async def tried(url: str, chosen: Settings, now: datetime) -> FeedTrial:
    """What to watch for this address: itself, or the feed that the page there names.

    An address that does not answer today is watched as it is, with a note.  Raise ConfigError for
    a page that names no feed, or several: which one, a person must say.
    """
    from monitor.runtime import build

    async with build.collector(chosen) as (fetcher, parser, _):
        try:
            fetched = await fetcher.fetch(_asked(url, now))
        except FetchError as error:
            return FeedTrial(url=url, note=f"not read yet ({error}): its next poll tries again")
        fault = await _fault(parser, fetched)
        if fault is None or fault.reason is not FeedReason.NOT_A_FEED:
            return FeedTrial(url=url, note=f"it answers, but: {fault}" if fault else "")
        return await _discovered(fetcher, parser, fetched, now, fault)


async def _fault(parser: Parser, fetched: Fetched) -> ParseError | None:
    """Why it can't be read as a feed; None when it can."""
    try:
        await parser.parse(fetched, b"")
    except ParseError as error:
        return error
    return None


async def _discovered(
    fetcher: Fetcher, parser: Parser, page: Fetched, now: datetime, fault: ParseError
) -> FeedTrial:
    from monitor.collect import discovery

    named = discovery.discover_feeds(page.body or b"", content_type=page.content_type, url=page.url)
    if len(named) > 1:
        shown = "\n".join(f"  {one.url}  {one.title}".rstrip() for one in named[:20])
        raise ConfigError(f"{page.url} names {len(named)} feeds; add those you want:\n{shown}")
    for place in [one.url for one in named] or discovery.common_feed_urls(page.url):
        try:
            fetched = await fetcher.fetch(_asked(place, now))
        except FetchError:
            continue
        if await _fault(parser, fetched) is None:
            return FeedTrial(url=place, note=f"the feed of the page {page.url}")
    wrong = f"; the one it names, {named[0].url}, can't be read" if named else " and names none"
    raise ConfigError(f"{page.url} is no feed{wrong}: {fault.detail}")


def _asked(url: str, now: datetime) -> Feed:
    return Feed(key="", url=url, poll=PollState(due_at=now))
