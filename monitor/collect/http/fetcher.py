"""One polite HTTP request: conditional, bounded in time and size, each hop guarded."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

from monitor.collect.http import cache_headers, fetch_errors, link_headers
from monitor.collect.http.decompress import Decompressor
from monitor.collect.http.host_limits import HostLimiter
from monitor.domain.errors import FetchError
from monitor.domain.feeds import Feed, Fetched
from monitor.domain.reasons import FeedReason
from monitor.net import egress, retry_after

MAX_REDIRECTS = 5
ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json,"
    " application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
PAGES = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
_FOR_GOOD = frozenset({301, 308})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PIECE = 64 * 1024  # bytes read at a time
_NONE = aiohttp.ClientTimeout()  # ours is around the whole fetch


class HttpFetcher:
    """Asks publishers through a guarded session."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        user_agent: str,
        timeout: timedelta = timedelta(seconds=30),
        max_body_bytes: int = 10 * 2**20,
        spacing: timedelta = timedelta(),
        own: Sequence[egress.Network] = (),
    ) -> None:
        """`timeout` bounds the whole fetch, redirects and the last byte included;
        `max_body_bytes` the document after inflation.  `spacing` is the time between requests to
        one host; addresses in `own`, the operator's, need none.
        """
        self._session = session
        self._timeout = timeout.total_seconds()
        self._max_body_bytes = max_body_bytes
        per_host = session.connector.limit_per_host if session.connector else 0
        self._own = own
        self._turns = HostLimiter(per_host=per_host, patience=timeout, spacing=spacing)
        self._headers = {
            "User-Agent": user_agent,
            "Accept": ACCEPT,
            "Accept-Encoding": "gzip, deflate",
        }

    async def fetch(self, feed: Feed, /) -> Fetched:
        """Ask once, with the feed's validators.  Raise FetchError, whatever happens."""
        return await self._ask(feed.url, {**self._headers, **_validators(feed)})

    async def page(self, url: str, /) -> Fetched:
        """Ask for a web page once, in the same queue.  Raise FetchError, whatever happens."""
        return await self._ask(url, {**self._headers, "Accept": PAGES})

    async def _ask(self, url: str, headers: dict[str, str]) -> Fetched:
        url = egress.check_url(url)
        host = urlsplit(url).netloc
        async with self._turns.at(host, spaced=not egress.is_literal_in(url, self._own)):
            try:
                async with asyncio.timeout(self._timeout):
                    return await self._follow(url, headers)
            except FetchError as error:
                if error.reason is FeedReason.THROTTLED and error.retry_after:
                    self._turns.hold(host, error.retry_after)
                raise
            except TimeoutError:
                raise FetchError(
                    FeedReason.TIMEOUT, f"no complete answer within {self._timeout:g} s"
                ) from None
            except (aiohttp.ClientError, OSError) as error:
                raise fetch_errors.fetch_error_from(error) from error

    async def _follow(self, url: str, headers: dict[str, str]) -> Fetched:
        """Ask, and follow redirects by hand: each address is checked like the first."""
        seen, moved_to, for_good = {url}, None, True
        while True:
            async with self._session.get(
                URL(url, encoded=True), headers=headers, allow_redirects=False, timeout=_NONE
            ) as answer:
                if answer.status not in _REDIRECTS:
                    fetched = await self._take(url, answer, conditional=_is_conditional(headers))
                    return replace(fetched, moved_to=moved_to)
                for_good = for_good and answer.status in _FOR_GOOD
                url = _next(url, answer.headers.get("Location", ""))
            if url in seen:
                raise FetchError(FeedReason.REDIRECT, f"redirects in a circle at {url[:200]}")
            if len(seen) > MAX_REDIRECTS:
                raise FetchError(FeedReason.REDIRECT, f"redirects more than {MAX_REDIRECTS} times")
            seen.add(url)
            moved_to = url if for_good else moved_to

    async def _take(
        self, url: str, answer: aiohttp.ClientResponse, *, conditional: bool
    ) -> Fetched:
        asked = retry_after.read(
            answer.headers.get("Retry-After"), retry_after.read_date(answer.headers.get("Date"))
        )
        unchanged = answer.status == 304 and conditional
        if not unchanged:
            fetch_errors.check_status(answer.status, asked)
        body = None if unchanged else await self._body(answer)
        return Fetched(
            url=url,
            status=answer.status,
            body=body,
            content_type=_plain(answer.headers.get("Content-Type")) or "",
            etag=_plain(answer.headers.get("ETag")),
            last_modified=_plain(answer.headers.get("Last-Modified")),
            retry_after=asked,
            fresh_for=cache_headers.freshness_lifetime(answer.headers),
            links=link_headers.from_headers(answer.headers.getall("Link", ()), url),
        )

    async def _body(self, answer: aiohttp.ClientResponse) -> bytes:
        """The document, inflated.  Raise FetchError when it is too large or damaged."""
        inflate = Decompressor(
            answer.headers.get("Content-Encoding", ""), max_bytes=self._max_body_bytes
        )
        async for piece in answer.content.iter_chunked(_PIECE):
            inflate.add(piece)
        return inflate.body()


def _next(url: str, place: str) -> str:
    """Where a redirect leads.  Raise FetchError when nobody should go there."""
    place = place.strip().replace(" ", "%20")
    if not place:
        raise FetchError(FeedReason.REDIRECT, "redirects without saying where to")
    try:
        there = egress.check_url(urljoin(url, place))
    except ValueError:
        raise FetchError(FeedReason.REDIRECT, "redirects to what is no address") from None
    except FetchError as error:
        raise FetchError(error.reason, f"redirected: {error.detail}") from None
    if url.startswith("https:") and there.startswith("http:"):
        # Whoever asked for https wants nobody on the way to put words into the feed.
        raise FetchError(
            FeedReason.REDIRECT,
            f"redirects from https to {there[:200]}; if you trust it, watch that address itself",
        )
    return there


def _validators(feed: Feed) -> dict[str, str]:
    """What the publisher gave us last time, to the letter."""
    headers = {"If-None-Match": feed.poll.etag, "If-Modified-Since": feed.poll.last_modified}
    return {name: value for name, value in headers.items() if value}


def _is_conditional(headers: dict[str, str]) -> bool:
    return "If-None-Match" in headers or "If-Modified-Since" in headers


def _plain(header: str | None) -> str | None:
    """A header that can be sent back: printable ASCII of a sensible length, else nothing."""
    if header is None or len(header) > 1_000 or not header.isascii() or not header.isprintable():
        return None
    return header
