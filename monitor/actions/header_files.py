"""Header files: request headers in lines “Name: value”, read from a file that holds secrets."""

from __future__ import annotations

from pathlib import Path

from monitor.domain.errors import ConfigError
from monitor.net.own_headers import parse_header_lines

_LARGEST = 100_000  # bytes


def read_headers(file: Path) -> tuple[tuple[str, str], ...]:
    """The headers of a file.  Raise ConfigError, which never holds a value."""
    try:
        with file.open("rb") as opened:
            content = opened.read(_LARGEST + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{file}: can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: is not UTF-8 text") from None
    if len(content) > _LARGEST:
        raise ConfigError(f"{file}: is larger than {_LARGEST:,} bytes")
    try:
        headers = parse_header_lines(text)
    except ConfigError as error:
        raise ConfigError(f"{file}: {error}") from None
    if not headers:
        raise ConfigError(f"{file}: has no header: put “Name: value” into a line")
    return headers


def header_names(headers: tuple[tuple[str, str], ...]) -> list[str]:
    """The names alone: lists, logs and the audit log never have the values."""
    return sorted(name for name, _ in headers)
