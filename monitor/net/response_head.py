"""Heads of HTTP responses: repairs status line and header lines that a strict parser refuses.

A malformed line is left out; it must not cost the whole answer.  Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_END = re.compile(rb"\r?\n\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)?\s+(\d{3})\b", re.IGNORECASE)
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NOT_IN_VALUES = re.compile(rb"[\x00\r]")
_LENGTH, _TRANSFER = b"content-length", b"transfer-encoding"
_WITHOUT_BODY = (204, 304)


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """A repaired head, with the blank line that ends it."""

    octets: bytes
    status: int
    body_length: int | None  # in bytes; None when it is chunked or ends with the connection

    @property
    def is_interim(self) -> bool:
        """Whether another head follows: 100 Continue, 103 Early Hints."""
        return 100 <= self.status < 200 and self.status != 101


def is_http(start: bytes) -> bool:
    """Whether a response starts as HTTP/1 does, as far as it has arrived."""
    prefix = start.lstrip(b"\r\n")[:5].upper()
    return prefix == b"HTTP/"[: len(prefix)]


def head_end(octets: bytes) -> int | None:
    """The index after the blank line that ends the head; None when it has not arrived."""
    text = octets.lstrip(b"\r\n")
    match = _END.search(text)
    return len(octets) - len(text) + match.end() if match else None


def repaired_head(octets: bytes) -> ResponseHead:
    """Repair a whole head.

    Left out are lines without a name, bad characters, a length beside chunks, the length's
    repetition, and a length that is no number.  Lengths that contradict each other stay: nobody can
    tell where such a body ends, so the parser shall refuse it.
    """
    status_line, *lines = octets.strip(b"\r\n").split(b"\n")
    match = _STATUS_LINE.match(status_line)
    status = int(match[1]) if match else 0
    fields = list(_fields(lines))
    transfers = [value for name, value in fields if name.lower() == _TRANSFER]
    is_chunked = any(b"chunked" in value.lower() for value in transfers)
    lengths = set() if is_chunked else _lengths(fields)
    field_lines = [
        b"%s: %s" % (name, value)
        for name, value in fields
        if name.lower() != _LENGTH and (name.lower() != _TRANSFER or value.lower() != b"identity")
    ]
    field_lines += [b"Content-Length: %d" % length for length in sorted(lengths)]
    length = next(iter(lengths)) if len(lengths) == 1 else None
    return ResponseHead(
        octets=b"\r\n".join((_repaired_status_line(status_line), *field_lines, b"", b"")),
        status=status,
        body_length=0 if status in _WITHOUT_BODY else length,
    )


def _repaired_status_line(line: bytes) -> bytes:
    line = _NOT_IN_VALUES.sub(b" ", line.rstrip(b"\r"))
    return line[:5].upper() + line[5:]


def _fields(lines: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The names and values of lines that have a name; a folded line continues the one before."""
    field: tuple[bytes, bytes] | None = None
    for line in lines:
        value = _NOT_IN_VALUES.sub(b" ", line.rstrip(b"\r"))
        if value[:1] in (b" ", b"\t"):
            field = (field[0], field[1] + b" " + value.strip()) if field else None
            continue
        if field:
            yield field
        name, colon, rest = value.partition(b":")
        is_field = bool(colon) and _NAME.fullmatch(name.strip()) is not None
        field = (name.strip(), rest.strip()) if is_field else None
    if field:
        yield field


def _lengths(fields: list[tuple[bytes, bytes]]) -> set[int]:
    """The lengths of the body that the head names, of at most 15 digits each."""
    listed = b",".join(value for name, value in fields if name.lower() == _LENGTH)
    numbers = map(bytes.strip, listed.split(b","))
    return {int(number) for number in numbers if re.fullmatch(rb"[0-9]{1,15}", number)}
