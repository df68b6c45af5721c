"""What did they send, unpacked?  A document inflated piece by piece, so that no bomb goes off."""

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
    """Collects a body of at most `max_bytes`, both as sent and as inflated.

    `coding` is the Content-Encoding header.  gzip and deflate are undone, and gzip that nobody
    announced.  Raise FetchError: ENCODING for any other coding, several at once, or damage;
    TOO_LARGE.
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
        """Take what came over the wire."""
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
        """All of it, when nothing more comes."""
        if self._stream is not None and not self._stream.eof:
            self._body += self._stream.flush()  # the little that zlib held back
            if not self._stream.eof:
                raise FetchError(FeedReason.ENCODING, "the compressed document ends early")
        return bytes(self._body)

    def _opened(self, first: bytes) -> zlib._Decompress | None:
        """What undoes a body that begins so; None for one that is not compressed."""
        if self._coding == "deflate":
            # The standard means zlib's wrapping, some servers leave it out.
            return zlib.decompressobj(_ZLIB if _is_zlib(first) else _RAW)
        if self._coding or first.startswith(_GZIP_MAGIC):
            return zlib.decompressobj(_GZIP)
        return None

    def _inflated(self, stream: zlib._Decompress, piece: bytes) -> bytes:
        """Inflate some of it; return what is still to be inflated."""
        try:
            self._body += stream.decompress(piece, _PIECE)
        except zlib.error:
            raise FetchError(FeedReason.ENCODING, "the compressed document is damaged") from None
        if len(self._body) > self._max_bytes:
            raise self._too_large()
        if not stream.eof:
            return stream.unconsumed_tail
        rest = stream.unused_data
        if not rest.startswith(_GZIP_MAGIC):
            return b""  # padding
        self._stream = zlib.decompressobj(_GZIP)  # gzip files may be laid end to end
        return rest

    def _too_large(self) -> FetchError:
        return FetchError(
            FeedReason.TOO_LARGE, f"larger than {self._max_bytes:,} bytes (poll.max_body_bytes)"
        )


def _is_zlib(first: bytes) -> bool:
    """Does it begin with zlib's two bytes: method 8, and together a multiple of 31?"""
    return first[0] & 0x0F == 8 and (len(first) < 2 or int.from_bytes(first[:2]) % 31 == 0)
