"""One polite HTTP request: conditional, bounded in time and size, each hop guarded."""

from __future__ import annotations

import asyncio
import ssl
import zlib
from datetime import timedelta
from urllib.parse import urljoin

import aiohttp

from monitor import egress, retry_after
from monitor.domain import Feed, FeedReason, Fetched
from monitor.errors import FetchError

MAX_REDIRECTS = 5
ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json;q=0.9,"
    " application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PIECE = 64 * 1024  # bytes read at a time, and inflated at a time
_GZIP_MAGIC = b"\x1f\x8b\x08"
_AUTO_HEADER = 32 + zlib.MAX_WBITS  # gzip or zlib, as the bytes say


class HttpFetcher:
    """Asks publishers through a guarded session."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        user_agent: str,
        timeout: timedelta = timedelta(seconds=30),
        max_body_bytes: int = 10 * 2**20,
    ) -> None:
        """`timeout` bounds the whole fetch, redirects and the last byte included;
        `max_body_bytes` the document after inflation.
        """
        self._session = session
        self._timeout = timeout.total_seconds()
        self._max_body_bytes = max_body_bytes
        self._headers = {
            "User-Agent": user_agent,
            "Accept": ACCEPT,
            "Accept-Encoding": "gzip, deflate",
        }

    async def fetch(self, feed: Feed, /) -> Fetched:
        """Ask once, with the feed's validators.  Raise FetchError, whatever happens."""
        headers = {**self._headers, **_validators(feed)}
        try:
            async with asyncio.timeout(self._timeout):
                return await self._follow(feed.url, headers)
        except FetchError:
            raise
        except TimeoutError:
            raise FetchError(
                FeedReason.TIMEOUT, f"no complete answer within {self._timeout:g} s"
            ) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _failed(error) from error

    async def _follow(self, url: str, headers: dict[str, str]) -> Fetched:
        """Ask, and follow redirects by hand: each address is checked like the first."""
        seen: set[str] = set()
        while len(seen) <= MAX_REDIRECTS:
            url = egress.check_url(url)
            if url in seen:
                raise FetchError(FeedReason.REDIRECT, f"redirects in a circle at {url[:200]}")
            seen.add(url)
            async with self._session.get(url, headers=headers, allow_redirects=False) as answer:
                if answer.status not in _REDIRECTS:
                    return await self._take(url, answer, conditional=_is_conditional(headers))
                place = answer.headers.get("Location", "").strip()
            if not place:
                raise FetchError(FeedReason.REDIRECT, "redirects without saying where to")
            url = urljoin(url, place)
        raise FetchError(FeedReason.REDIRECT, f"redirects more than {MAX_REDIRECTS} times")

    async def _take(
        self, url: str, answer: aiohttp.ClientResponse, *, conditional: bool
    ) -> Fetched:
        asked = retry_after.read(
            answer.headers.get("Retry-After"), retry_after.read_date(answer.headers.get("Date"))
        )
        unchanged = answer.status == 304 and conditional
        if not unchanged:
            _check_status(answer.status, asked)
        body = None if unchanged else await self._body(answer)
        return Fetched(
            url=url,
            status=answer.status,
            body=body,
            content_type=_plain(answer.headers.get("Content-Type")) or "",
            etag=_plain(answer.headers.get("ETag")),
            last_modified=_plain(answer.headers.get("Last-Modified")),
            retry_after=asked,
        )

    async def _body(self, answer: aiohttp.ClientResponse) -> bytes:
        """The document, inflated piece by piece: a bomb is noticed before it goes off."""
        inflate = _inflater(answer.headers.get("Content-Encoding", ""))
        body = bytearray()
        async for piece in answer.content.iter_chunked(_PIECE):
            if inflate is None and not body and piece.startswith(_GZIP_MAGIC):
                inflate = zlib.decompressobj(_AUTO_HEADER)  # some send gzip without saying so
            if inflate is None:
                self._add(body, piece)
                continue
            while piece and not inflate.eof:
                self._add(body, _inflated(inflate, piece))
                piece = inflate.unconsumed_tail
        if inflate is not None and not inflate.eof and body:
            raise FetchError(FeedReason.ENCODING, "the compressed document ends early")
        return bytes(body)

    def _add(self, body: bytearray, piece: bytes) -> None:
        if len(body) + len(piece) > self._max_body_bytes:
            raise FetchError(
                FeedReason.TOO_LARGE,
                f"larger than {self._max_body_bytes:,} bytes (poll.max_body_bytes)",
            )
        body += piece


def _validators(feed: Feed) -> dict[str, str]:
    """What the publisher gave us last time, to the letter."""
    headers = {"If-None-Match": feed.poll.etag, "If-Modified-Since": feed.poll.last_modified}
    return {name: value for name, value in headers.items() if value}


def _is_conditional(headers: dict[str, str]) -> bool:
    return "If-None-Match" in headers or "If-Modified-Since" in headers


def _check_status(status: int, asked: timedelta | None) -> None:
    if 200 <= status < 300:
        return
    if status == 410:
        raise FetchError(FeedReason.GONE, "the publisher says it is gone for good (410)")
    if status == 429 or (status == 503 and asked is not None):
        raise FetchError(
            FeedReason.THROTTLED, f"asked to come back later ({status})", retry_after=asked
        )
    raise FetchError(FeedReason.STATUS, f"the publisher answered {status}", retry_after=asked)


def _inflater(coding: str) -> zlib._Decompress | None:
    """What undoes this Content-Encoding; None for none."""
    codings = [name.strip().lower() for name in coding.split(",")]
    codings = [name for name in codings if name not in ("", "identity")]
    if not codings:
        return None
    if len(codings) > 1 or codings[0] not in ("gzip", "x-gzip", "deflate"):
        raise FetchError(
            FeedReason.ENCODING, f"sent as {coding[:60]!r}; we asked for gzip or deflate alone"
        )
    return zlib.decompressobj(_AUTO_HEADER)


def _inflated(inflate: zlib._Decompress, piece: bytes) -> bytes:
    try:
        return inflate.decompress(piece, _PIECE)
    except zlib.error:
        raise FetchError(FeedReason.ENCODING, "the compressed document is damaged") from None


def _plain(header: str | None) -> str | None:
    """A header that can be sent back: printable ASCII of a sensible length, else nothing."""
    if header is None or len(header) > 1_000 or not header.isascii() or not header.isprintable():
        return None
    return header


def _failed(error: Exception) -> FetchError:
    """A library's error as our reason and one sentence."""
    if refused := egress.refused(error):
        return FetchError(FeedReason.EGRESS, str(refused.strerror))
    if isinstance(error, TimeoutError):
        return FetchError(FeedReason.TIMEOUT, "no answer in time")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return FetchError(FeedReason.DNS, f"no address is known for {error.host}")
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return FetchError(FeedReason.TLS, f"no trusted connection: {str(error)[:200]}")
    if isinstance(error, aiohttp.ClientConnectorError):
        return FetchError(FeedReason.CONNECT, f"no connection: {error.os_error.strerror}")
    if isinstance(error, aiohttp.InvalidURL | ValueError) and not isinstance(
        error, aiohttp.ClientPayloadError
    ):
        return FetchError(FeedReason.ADDRESS, "this address can't be asked")
    return FetchError(FeedReason.PROTOCOL, f"not proper HTTP: {type(error).__name__}")
