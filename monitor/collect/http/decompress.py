"""Bounded decompression of HTTP bodies: gzip, deflate and Brotli, safe against bombs."""

from __future__ import annotations

import re
import zlib

import brotli

from monitor.domain.errors import FetchError
from monitor.domain.reasons import FeedReason

_PIECE = 64 * 1024  # bytes inflated at a time
_CODINGS = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})
# How documents start that are not compressed, whatever the header says.
_TEXT = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype|rss|feed|rdf|html)\b", re.IGNORECASE)
_DOCUMENT_END = re.compile(rb"</(?:rss|feed|(?:\w+:)?rdf|urlset)\s*>\s*\Z", re.IGNORECASE)
_GZIP_MAGIC = b"\x1f\x8b\x08"
_GZIP = 16 + zlib.MAX_WBITS
_ZLIB = zlib.MAX_WBITS
_RAW = -zlib.MAX_WBITS


class Decompressor:
    """Collects and decompresses a body; `max_bytes` limits both its sent and its inflated size.

    `coding` is the Content-Encoding header: gzip, deflate or br.  gzip is also recognised without
    the header or under another name; a header that names no coding, or stands over a plain
    document, is ignored.  Raises FetchError: ENCODING for zstd, for
    several codings, or for damaged data; TOO_LARGE when a limit is exceeded.
    """

    def __init__(self, coding: str, *, max_bytes: int) -> None:
        # What is no coding (a character set, "none", "aws-chunked") is a slip: the bytes decide.
        codings = [name for name in map(str.strip, coding.lower().split(",")) if name in _CODINGS]
        if len(codings) > 1 or "zstd" in codings:
            raise FetchError(
                FeedReason.ENCODING,
                f"sent as {', '.join(codings)[:60]!r}; we asked for gzip, deflate or br alone",
            )
        self._coding = codings[0] if codings else ""
        self._max_bytes = max_bytes
        self._sent = 0
        self._body = bytearray()
        self._stream: zlib._Decompress | None = None
        self._brotli: brotli.Decompressor | None = (
            brotli.Decompressor() if self._coding == "br" else None
        )

    def add(self, piece: bytes) -> None:
        """Add the next piece of the body as received."""
        if not self._sent:
            self._stream = self._opened(piece)
        self._sent += len(piece)
        if self._sent > self._max_bytes:
            raise self._too_large()
        if self._brotli is not None:
            self._add_brotli(piece)
        elif self._stream is None:
            self._body += piece
        while self._stream is not None and piece:
            piece = self._inflated(self._stream, piece)

    def body(self) -> bytes:
        """Return the whole body after the last piece.  Raise FetchError when it is incomplete."""
        if self._stream is not None and not self._stream.eof:
            self._body += self._stream.flush()  # the last bytes that zlib buffered
        if not self._is_complete():
            raise FetchError(FeedReason.ENCODING, "the compressed document ends early")
        return bytes(self._body)

    def _is_complete(self) -> bool:
        """Whether the stream has ended, or nothing but its end is missing."""
        if self._brotli is not None:
            return bool(self._brotli.is_finished())
        return self._stream is None or self._stream.eof or is_whole_document(self._body)

    def _add_brotli(self, piece: bytes) -> None:
        stream, output = self._brotli, b"unread"
        try:
            while stream is not None and output:
                output = stream.process(piece, output_buffer_limit=_PIECE)
                piece = b""  # the next calls ask for what this one left within
                self._body += output
                if len(self._body) > self._max_bytes:
                    raise self._too_large()
        except brotli.error:
            raise FetchError(FeedReason.ENCODING, "the compressed document is damaged") from None

    def _opened(self, first: bytes) -> zlib._Decompress | None:
        """The decompressor for a body that starts with `first`; None for an uncompressed body."""
        if self._brotli is not None and _TEXT.match(first):
            self._brotli = None
        if self._brotli is not None:
            return None
        if first.startswith(_GZIP_MAGIC):
            return zlib.decompressobj(_GZIP)
        if not self._coding or _TEXT.match(first):  # named by mistake
            return None
        if _is_zlib(first):
            return zlib.decompressobj(_ZLIB)
        # RFC 9110 requires the zlib wrapper; some servers omit it.
        return zlib.decompressobj(_RAW if self._coding == "deflate" else _GZIP)

    def _inflated(self, stream: zlib._Decompress, piece: bytes) -> bytes:
        """Decompress at most `_PIECE` bytes; return the input that is left."""
        try:
            self._body += stream.decompress(piece, _PIECE)
        except zlib.error:
            raise FetchError(FeedReason.ENCODING, "the compressed document is damaged") from None
        if len(self._body) > self._max_bytes:
            raise self._too_large()
        if not stream.eof:
            return stream.unconsumed_tail
        unused = stream.unused_data
        if not unused.startswith(_GZIP_MAGIC):
            return b""  # padding
        self._stream = zlib.decompressobj(_GZIP)  # gzip allows several members one after another
        return unused

    def _too_large(self) -> FetchError:
        return FetchError(
            FeedReason.TOO_LARGE, f"larger than {self._max_bytes:,} bytes (poll.max_body_bytes)"
        )


def is_whole_document(body: bytes | bytearray) -> bool:
    """Whether the body ends as a feed does, so that nothing is missing whatever its length said."""
    return _DOCUMENT_END.search(bytes(body[-200:])) is not None


def _is_zlib(first: bytes) -> bool:
    """Whether the body starts with a zlib header: method 8, and the two bytes a multiple of 31."""
    return first[0] & 0x0F == 8 and (len(first) < 2 or int.from_bytes(first[:2]) % 31 == 0)
