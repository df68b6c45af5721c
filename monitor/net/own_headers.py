"""Own request headers that an operator adds: checked names and values, read from lines."""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.domain.errors import ConfigError

MOST_HEADERS = 20
LONGEST_VALUE = 4_000  # characters
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")  # RFC 9110 5.6.2
_VALUE = re.compile(r"[\x20-\x7e\t]*")
# They frame the message, name the host, or are set by the client that sends it.
_OURS = frozenset(
    {
        "accept-encoding", "connection", "content-encoding", "content-length", "content-type",
        "expect", "host", "if-modified-since", "if-none-match", "keep-alive", "range", "te",
        "trailer", "transfer-encoding", "upgrade", "webhook-id", "webhook-signature",
        "webhook-timestamp",
    }
)  # fmt: skip


def check_headers(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The headers, values without white space at their ends.

    Raise ConfigError, which never holds a value, for a name that HTTP does not know the form of, a
    header that the program sets itself, a value that can't be sent, a name that is there twice, and
    too many of them.
    """
    checked: dict[str, tuple[str, str]] = {}
    for name, value in pairs:
        text = value.strip()
        if not _NAME.fullmatch(name):
            raise ConfigError("a header has the form “Name: value”, with letters and hyphens")
        if name.lower() in _OURS or name.lower().startswith("proxy-"):
            raise ConfigError(f"the header {name} is set by the program: leave it out")
        if not text or len(text) > LONGEST_VALUE or not _VALUE.fullmatch(text):
            raise ConfigError(
                f"the value of the header {name} must have 1 to {LONGEST_VALUE:,} characters of"
                " ASCII in one line"
            )
        if name.lower() in checked:
            raise ConfigError(f"the header {name} is there more than once: join its values")
        checked[name.lower()] = (name, text)
    if len(checked) > MOST_HEADERS:
        raise ConfigError(f"there are more than {MOST_HEADERS} headers")
    return tuple(checked.values())


def parse_header_lines(text: str) -> tuple[tuple[str, str], ...]:
    """The headers of lines “Name: value”; empty lines and those with # are left out.

    Raise ConfigError as `check_headers` does.
    """
    lines = [line.strip() for line in text.splitlines()]
    pairs = []
    for line in lines:
        if not line or line.startswith("#"):
            continue
        name, colon, value = line.partition(":")
        if not colon:
            raise ConfigError("a header has the form “Name: value”, one on each line")
        pairs.append((name.strip(), value))
    return check_headers(pairs)
