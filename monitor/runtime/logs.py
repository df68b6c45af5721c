"""Logs: text lines for people, or JSON lines for programs, on standard error."""

from __future__ import annotations

import errno
import json
import logging
import os
import sys
from datetime import UTC, datetime

from monitor.text.formats import rfc3339

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

_NO_FILES = os.strerror(errno.EMFILE)  # in the text of every error of this cause
_MOST_LINES = 100  # of one event in a minute
_OF_THE_DATABASE = (".store_unavailable", ".not_stored")
_MINUTE = 60.0  # seconds


def _fields(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


class JsonLines(logging.Formatter):
    """{"at", "level", "event", …fields, "traceback"?}"""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": rfc3339(datetime.fromtimestamp(record.created, UTC), "milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "logger": record.name,
            **_fields(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """ "12:00:03 UTC warning poll.not_stored feeds=3" """

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S %Z")
        fields = " ".join(f"{name}={value}" for name, value in _fields(record).items())
        line = f"{at} {record.levelname.lower()} {record.getMessage()} {fields}".rstrip()
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


class RepeatLimit(logging.Filter):
    """Limits warnings and errors that repeat: 100 lines of an event a minute.

    It is one line a minute of whatever fails for want of file descriptors, and of one fault of the
    database.

    The first line after a limit has `repeated`: how many were left out.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[str, tuple[float, int]] = {}  # condition → start of its minute, lines

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        cause = _shared_cause(record)
        condition = cause or f"{record.name} {record.msg}"
        began_at, lines = self._lines.get(condition, (record.created, 0))
        most_lines = 1 if cause else _MOST_LINES
        if abs(record.created - began_at) >= _MINUTE:
            if lines > most_lines:
                record.repeated = lines - most_lines
            began_at, lines = record.created, 0
        self._lines[condition] = (began_at, lines + 1)
        return lines < most_lines


def _shared_cause(record: logging.LogRecord) -> str:
    """The one cause for which everything fails; empty for other faults."""
    if _NO_FILES in f"{record.getMessage()} {_fields(record)} {record.exc_info}":
        return _NO_FILES
    if record.getMessage().endswith(_OF_THE_DATABASE):
        return str(getattr(record, "error", "database"))
    return ""


def start(*, json_lines: bool, level: str) -> None:
    """Send every log record to standard error, as JSON lines or as text."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(RepeatLimit())
    handler.setFormatter(JsonLines() if json_lines else TextLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for verbose in ("aiosmtplib", "alembic", "asyncio", "procrastinate"):
        logging.getLogger(verbose).setLevel(logging.WARNING)
    # It warns about ticks that come late, in its own words: the metric `missed_ticks` counts them.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    # It warns about malformed requests, and any stranger can send as many as they like.
    for of_requests in ("mcp", "uvicorn"):
        logging.getLogger(of_requests).setLevel(logging.ERROR)
