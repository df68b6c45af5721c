"""Logs: text lines for people, or JSON lines for programs, on standard error."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from monitor.text.formats import rfc3339

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


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
    """ "12:00:03 warning poll.not_stored feeds=3" """

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        fields = " ".join(f"{name}={value}" for name, value in _fields(record).items())
        line = f"{at} {record.levelname.lower()} {record.getMessage()} {fields}".rstrip()
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


def start(*, json_lines: bool, level: str) -> None:
    """Send every log record to standard error, as JSON lines or as text."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if json_lines else TextLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for verbose in ("aiosmtplib", "alembic", "asyncio"):
        logging.getLogger(verbose).setLevel(logging.WARNING)
    # It warns about ticks that come late, in its own words: the metric `missed_ticks` counts them.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    # It warns about malformed requests, and any stranger can send as many as they like.
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
