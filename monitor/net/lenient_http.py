"""Lenient HTTP/1 responses: an aiohttp protocol that repairs each head before it is parsed.

Publishers' servers and the scripts behind them write header lines that no parser accepts.  Octets
after the length that the head names are ignored, like the body of a 304.
"""

from __future__ import annotations

from typing import Any

from aiohttp import ClientPayloadError
from aiohttp.client_proto import ResponseHandler

from monitor.net.response_head import head_end, is_http, repaired_head

_MAX_HEAD = 256 * 1024  # bytes that are collected; a longer head goes to the parser's own limits


class LenientResponseHandler(ResponseHandler):
    """Passes repaired heads to aiohttp's parser, and of a body as much as its length says."""

    _head: bytearray | None = None  # the head as far as it has arrived; None within a body
    _body_left: int | None = None  # bytes; None when the body ends otherwise

    def set_response_params(self, **parameters: Any) -> None:
        """Expect the head of the next response."""
        self._head, self._body_left = bytearray(), None
        super().set_response_params(**parameters)

    def data_received(self, data: bytes) -> None:
        """Take octets as they arrive."""
        heads = b""
        while data and self._head is not None:
            self._head += data
            end = head_end(bytes(self._head))
            if end is None:
                if not is_http(bytes(self._head)) or len(self._head) > _MAX_HEAD:
                    self._give_up_repair(heads)
                elif heads:
                    self._parse(heads)
                return
            head, data = repaired_head(bytes(self._head[:end])), bytes(self._head[end:])
            self._head = bytearray() if head.is_interim else None
            self._body_left = head.body_length
            heads += head.octets
        self._parse(heads + self._within_length(data))

    def connection_lost(self, exc: BaseException | None) -> None:
        """Pass an unfinished head to the parser, which says what is missing."""
        if self._head:
            self._give_up_repair()
        super().connection_lost(exc)

    def _give_up_repair(self, heads: bytes = b"") -> None:
        octets, self._head = heads + bytes(self._head or b""), None
        self._parse(octets)

    def _within_length(self, data: bytes) -> bytes:
        """What of these octets belongs to the body."""
        if self._body_left is None:
            return data
        if len(data) > self._body_left:
            self.force_close()  # what follows is not the next response
        body = data[: self._body_left]
        self._body_left -= len(body)
        return body

    def _parse(self, octets: bytes) -> None:
        super().data_received(octets)
        error, payload = self.exception(), self._payload
        # aiohttp tells a fault within the body to nobody who already reads the body.
        if error is not None and payload is not None and not payload.is_eof():
            payload.set_exception(ClientPayloadError("the body is malformed"))
