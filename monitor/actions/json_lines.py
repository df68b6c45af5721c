"""JSON Lines files of articles: one object a line, with at least a "title"."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from monitor.domain.errors import ConfigError

Line: TypeAlias = Mapping[str, Any]  # "title", and more where it is known

NumberedLine: TypeAlias = tuple[str, Line]  # with its place, as in "lines.jsonl:17"


def read_lines(file: Path) -> Iterator[Line]:
    """The objects of a JSON Lines file (.gz too).  Raise ConfigError naming the line."""
    for _, line in read_numbered_lines(file):
        yield line


def read_numbered_lines(file: Path) -> Iterator[NumberedLine]:
    """As `read_lines`, each with its place."""
    open_text = gzip.open if file.suffix == ".gz" else open
    try:
        with open_text(file, "rt", encoding="utf-8-sig") as lines:
            for number, text in enumerate(lines, 1):
                if text.strip():
                    yield f"{file}:{number}", _line(text, f"{file}:{number}")
    except (OSError, UnicodeDecodeError, EOFError) as error:
        raise ConfigError(f"{file}: can't be read: {error}") from None


def _line(text: str, place: str) -> Line:
    try:
        line = json.loads(text)
    except json.JSONDecodeError as error:
        raise ConfigError(f"{place}: not JSON: {error}") from None
    if not isinstance(line, dict) or not isinstance(line.get("title"), str):
        raise ConfigError(f'{place}: a line is an object with at least "title"')
    return line
