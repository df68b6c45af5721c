"""Feed discovery: whether an address is a feed, or a page that names one.

The address is fetched once, when a person adds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from monitor.domain.errors import ConfigError, FetchError, ParseError
from monitor.domain.feeds import Feed, FeedLogin, Fetched, PollState
from monitor.domain.reasons import FeedReason
from monitor.text.urls import is_same_server

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.domain.ports import Fetcher, Parser
    from monitor.settings.sections import Settings

_NOT_THERE = (404, 410)  # statuses of an address that is wrong, or has ended
MOST_CHOICES = 20  # feeds of one page that an error message names


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAddress:
    """The address to poll, and a remark about it for the person; often there is none."""

    url: str
    remark: str = ""
    # neither for a feed on another server than the address given
    login: FeedLogin | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)


async def discover_feed(
    url: str,
    settings: Settings,
    now: datetime,
    login: FeedLogin | None = None,
    headers: tuple[tuple[str, str], ...] = (),
) -> FeedAddress:
    """The feed to poll for this address: itself, or the feed that the page there names.

    An address that does not answer now is polled as it is, with a remark.  Raise ConfigError for a
    page that names no feed, or names several: then a person must choose; and for an address where
    there is nothing (404, 410).
    """
    from monitor.runtime import build

    async with build.collector(settings) as (fetcher, parser, _):
        return await _discover(_unread_feed(url, now, login, headers), fetcher, parser)


async def _discover(entered: Feed, fetcher: Fetcher, parser: Parser) -> FeedAddress:
    address = FeedAddress(url=entered.url, login=entered.login, headers=entered.headers)
    try:
        fetched = await fetcher.fetch(entered)
    except FetchError as error:
        if error.status in _NOT_THERE:
            hint = "check the address (--no-try adds it as it is)"
            raise ConfigError(f"{address.url}: {error.detail}: {hint}") from None
        return replace(address, remark=f"not read yet ({error}): its next poll tries again")
    fault = await _parse_fault(parser, fetched)
    if fault is None:
        return address
    if fault.reason is not FeedReason.NOT_A_FEED:
        return replace(address, remark=f"it answers, but: {fault}")
    return await _feed_of_page(fetcher, parser, fetched, entered, fault)


async def _parse_fault(parser: Parser, fetched: Fetched) -> ParseError | None:
    """Why the document can't be read as a feed; None when it can."""
    try:
        await parser.parse(fetched, b"")
    except ParseError as error:
        return error
    return None


async def _feed_of_page(
    fetcher: Fetcher, parser: Parser, page: Fetched, entered: Feed, fault: ParseError
) -> FeedAddress:
    from monitor.collect import discovery

    links = discovery.discover_feeds(
        page.body or b"",
        content_type=page.content_type,
        url=page.url,
        link_headers=page.link_headers,
    )
    if len(links) > 1:
        choices = "\n".join(f"  {link.url}  {link.title}".rstrip() for link in links[:MOST_CHOICES])
        raise ConfigError(f"{page.url} names {len(links)} feeds; add those you want:\n{choices}")
    for url in [link.url for link in links] or discovery.common_feed_urls(page.url):
        is_same = is_same_server(entered.url, url)
        login, headers = (entered.login, entered.headers) if is_same else (None, ())
        try:
            feed = _unread_feed(url, entered.poll.due_at, login, headers)
            fetched = await fetcher.fetch(feed)
        except FetchError:
            continue
        if await _parse_fault(parser, fetched) is None:
            remark = f"the feed of the page {page.url}"
            return FeedAddress(url=url, remark=remark, login=login, headers=headers)
    problem = f"; the one it names, {links[0].url}, can't be read" if links else " and names none"
    raise ConfigError(f"{page.url} is no feed{problem}: {fault.detail}")


def _unread_feed(
    url: str, now: datetime, login: FeedLogin | None, headers: tuple[tuple[str, str], ...]
) -> Feed:
    return Feed(key="", url=url, login=login, headers=headers, poll=PollState(due_at=now))
