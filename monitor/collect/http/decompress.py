"""Bounded decompression of HTTP bodies (gzip, deflate), safe against decompression bombs."""

from __future__ import annotations

import zlib

from monitor.domain.errors import FetchError
from monitor.domain.reasons import FeedReason

_PIECE = 64 * 1024  # bytes inflated at a time
_GZIP_MAGIC = b"\x1f\x8b\x08"
_GZIP = 16 + zlib.MAX_WBITS
_ZLIB = zlib.MAX_WBITS
_RAW = -zlib.MAX_WBITS


class Decompressor:
    """Collects and decompresses a body; `max_bytes` limits both its sent and its inflated size.

    `coding` is the Content-Encoding header: gzip or deflate.  gzip is also recognised without the
    header.  Raises FetchError: ENCODING for any other coding, for several codings, or for damaged
    data; TOO_LARGE when a limit is exceeded.
    """

    def __init__(self, coding: str, *, max_bytes: int) -> None:
        codings = [name.strip().lower() for name in coding.split(",")]
        codings = [name for name in codings if name not in ("", "identity")]
        if codings and (len(codings) > 1 or codings[0] not in ("gzip", "x-gzip", "deflate")):
            raise FetchError(
                FeedReason.ENCODING,
                f"sent as {', '.join(codings)[:60]!r}; we asked for gzip or deflate alone",
            )
        self._coding = codings[0] if codings else ""
        self._max_bytes = max_bytes
        self._sent = 0
        self._body = bytearray()
        self._stream: zlib._Decompress | None = None

    def add(self, piece: bytes) -> None:
        """Add the next piece of the body as received."""
        if not self._sent:
            self._stream = self._opened(piece)
        self._sent += len(piece)
        if self._sent > self._max_bytes:
            raise self._too_large()
        if self._stream is None:
            self._body += piece
        while self._stream is not None and piece:
            piece = self._inflated(self._stream, piece)

    def body(self) -> bytes:
        """Return the whole body after the last piece.  Raise FetchError when it is incomplete."""
        if self._stream is not None and not self._stream.eof:
            self._body += self._stream.flush()  # the last bytes that zlib buffered
            if not self._stream.eof:
                raise FetchError(FeedReason.ENCODING, "the compressed document ends early")
        return bytes(self._body)

    def _opened(self, first: bytes) -> zlib._Decompress | None:
        """The decompressor for a body that starts with `first`; None for an uncompressed body."""
        if self._coding == "deflate":
            # RFC 9110 requires the zlib wrapper; some servers omit it.
            return zlib.decompressobj(_ZLIB if _is_zlib(first) else _RAW)
        if self._coding or first.startswith(_GZIP_MAGIC):
            return zlib.decompressobj(_GZIP)
        return None

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


def _is_zlib(first: bytes) -> bool:
    """Whether the body starts with a zlib header: method 8, and the two bytes a multiple of 31."""
    return first[0] & 0x0F == 8 and (len(first) < 2 or int.from_bytes(first[:2]) % 31 == 0)
