"""HTTP fetcher: conditional requests, bounded in time and size; every redirect is checked."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

from monitor.collect.http import (
    bot_checks,
    cache_headers,
    feed_secrets,
    fetch_errors,
    link_headers,
    meta_refresh,
)
from monitor.collect.http.chain_cookies import ChainCookies
from monitor.collect.http.decompress import Decompressor, is_whole_document
from monitor.collect.http.feed_secrets import NO_SECRETS
from monitor.collect.http.host_limits import HostLimiter
from monitor.domain.errors import FetchError
from monitor.domain.feeds import Feed, Fetched
from monitor.domain.reasons import FeedReason
from monitor.net import egress, retry_after
from monitor.text.urls import is_same_server

MAX_REDIRECTS = 5
ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json,"
    " application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
PAGES = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
_VALIDATORS = ("If-None-Match", "If-Modified-Since")
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//[^/?#]*", re.IGNORECASE)
_PERMANENT = frozenset({301, 308})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PIECE = 64 * 1024  # bytes read at a time
_NO_TIMEOUT = aiohttp.ClientTimeout()  # our own covers the whole fetch


class HttpFetcher:
    """Fetches feeds and web pages through a session that enforces the egress rules."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        user_agent: str,
        timeout: timedelta = timedelta(seconds=30),
        max_body_bytes: int = 10 * 2**20,
        spacing: timedelta = timedelta(),
        own_networks: Sequence[egress.Network] = (),
    ) -> None:
        """`timeout` covers the whole fetch: redirects, headers and body.

        `max_body_bytes` limits the decompressed document.  `spacing` is the time between requests
        to one host; hosts in `own_networks`, the operator's, are exempt.
        """
        self._session = session
        self._timeout = timeout.total_seconds()
        self._max_body_bytes = max_body_bytes
        per_host = session.connector.limit_per_host if session.connector else 0
        self._own_networks = own_networks
        self._limiter = HostLimiter(per_host=per_host, patience=timeout, spacing=spacing)
        self._headers = {
            "User-Agent": user_agent,
            "Accept": ACCEPT,
            "Accept-Encoding": "gzip, deflate",
        }

    async def fetch(self, feed: Feed, /) -> Fetched:
        """Request the feed with its validators and login.  Raise FetchError for every failure."""
        secrets = feed_secrets.secret_headers(feed)
        return await self._request(feed.url, {**self._headers, **_validators(feed)}, secrets)

    async def fetch_page(self, url: str, /) -> Fetched:
        """Request a web page, under the same host limits.  Raise FetchError for every failure."""
        return await self._request(url, {**self._headers, "Accept": PAGES})

    async def _request(
        self, url: str, headers: dict[str, str], secrets: Mapping[str, str] = NO_SECRETS
    ) -> Fetched:
        url = egress.check_url(url)
        host = urlsplit(url).netloc
        async with self._limiter.slot(
            host, spaced=not egress.is_literal_in(url, self._own_networks)
        ):
            try:
                async with asyncio.timeout(self._timeout):
                    return await self._answer(url, headers, secrets)
            except FetchError as error:
                if error.reason is FeedReason.THROTTLED and error.retry_after:
                    self._limiter.pause(host, error.retry_after)
                raise
            except TimeoutError:
                raise FetchError(
                    FeedReason.TIMEOUT, f"no complete answer within {self._timeout:g} s"
                ) from None
            except (aiohttp.ClientError, OSError) as error:
                raise fetch_errors.fetch_error_from(error) from error

    async def _answer(
        self, url: str, headers: dict[str, str], secrets: Mapping[str, str]
    ) -> Fetched:
        """Follow to the document.  Ask without validators where a 304 can't be read.

        Some servers send a body with it, at which the HTTP parser gives the whole answer up.
        """
        try:
            return await self._follow(url, headers, secrets)
        except aiohttp.ClientResponseError:
            unconditional = {name: headers[name] for name in headers if name not in _VALIDATORS}
            if unconditional == headers:
                raise
            return await self._follow(url, unconditional, secrets)

    async def _follow(
        self, feed_url: str, headers: dict[str, str], secrets: Mapping[str, str]
    ) -> Fetched:
        """Request, following redirects ourselves so that each address is checked like the first."""
        url, cookies = feed_url, ChainCookies()
        visited, moved_to, permanent = {(url, "")}, None, True
        while True:
            async with self._session.get(
                URL(url, encoded=True),
                headers=feed_secrets.request_headers(
                    headers, secrets if is_same_server(feed_url, url) else NO_SECRETS, cookies, url
                ),
                allow_redirects=False,
                timeout=_NO_TIMEOUT,
            ) as answer:
                cookies.take(url, answer.cookies)
                if answer.status in _REDIRECTS or (
                    answer.status == 300 and answer.headers.get("Location")
                ):
                    permanent = permanent and answer.status in _PERMANENT
                    target = _redirect_target(url, answer.headers.get("Location", ""))
                else:
                    fetched = await self._fetched(url, answer, conditional=_is_conditional(headers))
                    refresh = _refresh_target(url, fetched)
                    if refresh is None:
                        return replace(fetched, moved_to=moved_to)
                    permanent, target = False, refresh
            url = target
            step = (url, cookies.header(url).get("Cookie", ""))
            if step in visited:
                raise FetchError(FeedReason.REDIRECT, f"redirects in a circle at {url[:200]}")
            if len(visited) > MAX_REDIRECTS:
                raise FetchError(FeedReason.REDIRECT, f"redirects more than {MAX_REDIRECTS} times")
            visited.add(step)
            moved_to = url if permanent else moved_to

    async def _fetched(
        self, url: str, answer: aiohttp.ClientResponse, *, conditional: bool
    ) -> Fetched:
        wait = retry_after.read(
            answer.headers.get("Retry-After"), retry_after.read_date(answer.headers.get("Date"))
        )
        unchanged = answer.status == 304 and conditional
        if not unchanged and not 200 <= answer.status < 300:
            page = await answer.content.read(bot_checks.BODY_BYTES)
            service = bot_checks.bot_check(answer.headers, page)
            fetch_errors.check_status(answer.status, wait, service)
        body = None if unchanged else await self._body(answer)
        return Fetched(
            url=url,
            status=answer.status,
            body=body,
            content_type=_safe_header(answer.headers.get("Content-Type")) or "",
            etag=_safe_header(answer.headers.get("ETag")),
            last_modified=_safe_header(answer.headers.get("Last-Modified")),
            retry_after=wait,
            fresh_for=cache_headers.freshness_lifetime(answer.headers),
            links=link_headers.from_headers(answer.headers.getall("Link", ()), url),
            link_headers=tuple(answer.headers.getall("Link", ())),
        )

    async def _body(self, answer: aiohttp.ClientResponse) -> bytes:
        """The decompressed document.  Raise FetchError when it is too large or damaged."""
        decompressor = Decompressor(
            answer.headers.get("Content-Encoding", ""), max_bytes=self._max_body_bytes
        )
        try:
            async for piece in answer.content.iter_chunked(_PIECE):
                decompressor.add(piece)
        except aiohttp.ClientPayloadError:  # shorter than its length, or without its last chunk
            body = decompressor.body()
            if not is_whole_document(body):
                raise
            return body
        return decompressor.body()


def _redirect_target(url: str, location: str) -> str:
    """The checked target of a redirect.  Raise FetchError when it must not be followed."""
    location = _percent_encoded(location.strip())
    if not location:
        raise FetchError(FeedReason.REDIRECT, "redirects without a target address")
    try:
        target = egress.check_url(urljoin(url, location))
    except ValueError:
        raise FetchError(FeedReason.REDIRECT, "redirects to an invalid address") from None
    except FetchError as error:
        raise FetchError(error.reason, f"redirected: {error.detail}") from None
    if url.startswith("https:") and target.startswith("http:"):
        # Without TLS anybody on the network path could change the feed.
        raise FetchError(
            FeedReason.REDIRECT,
            f"redirects from https to {target[:200]}; if you trust that address, watch it directly",
        )
    return target


def _percent_encoded(location: str) -> str:
    """The address with each byte beyond ASCII, and each space, percent-encoded as it came.

    A host keeps its letters: they are encoded in another way, or refused.
    """
    host = _HOST.match(location)
    start = host.end() if host else 0
    octets = location[start:].encode("utf-8", "surrogateescape")  # as aiohttp decoded it
    return location[:start] + "".join(
        chr(octet) if 0x20 < octet < 0x7F else f"%{octet:02X}" for octet in octets
    )


def _refresh_target(url: str, fetched: Fetched) -> str | None:
    """The address that a short web page refreshes to, within its site; else None."""
    body = fetched.body or b""
    if len(body) > meta_refresh.MAX_CHARACTERS or b"http-equiv" not in body.lower():
        return None
    target = meta_refresh.refresh_target(body.decode("utf-8", "replace"), url)
    if target is None or not meta_refresh.is_same_site(url, target):
        return None
    return _redirect_target(url, target)


def _validators(feed: Feed) -> dict[str, str]:
    """Conditional request headers, with the values of the last response unchanged."""
    headers = {"If-None-Match": feed.poll.etag, "If-Modified-Since": feed.poll.last_modified}
    return {name: value for name, value in headers.items() if value}


def _is_conditional(headers: dict[str, str]) -> bool:
    return any(name in headers for name in _VALIDATORS)


def _safe_header(header: str | None) -> str | None:
    """The header if it can be sent back safely: printable ASCII of limited length; else None."""
    if header is None or len(header) > 1_000 or not header.isascii() or not header.isprintable():
        return None
    return header
