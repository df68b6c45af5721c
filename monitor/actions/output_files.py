"""Files that a person asked for: replaced whole, or left as they were."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from monitor.domain.errors import ConfigError


def write_file(pieces: Iterable[bytes], file: Path) -> int:
    """Replace the file whole, or leave it as it was; return the number of bytes.

    A link goes on pointing to the file.  A device or pipe, such as /dev/stdout, is written to and
    never replaced.  Raise ConfigError when it can't be written.
    """
    try:
        if file.exists() and not file.is_file():
            with file.open("wb") as out:
                return sum(out.write(piece) for piece in pieces)
        return _replace(pieces, file.resolve())
    except OSError as error:
        raise ConfigError(f"{file}: can't be written: {error.strerror}") from None


def _replace(pieces: Iterable[bytes], file: Path) -> int:
    unfinished = file.with_name(f".{file.name}.part")
    try:
        with unfinished.open("wb") as out:
            count = sum(out.write(piece) for piece in pieces)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return count
