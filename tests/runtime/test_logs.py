"""Log lines: a condition that repeats is a line a minute, with a count."""

from __future__ import annotations

import json
import logging
import time

import pytest

from monitor.runtime import logs
from monitor.runtime.logs import JsonLines, RepeatLimit, TextLines

NO_FILES = "[Errno 24] Too many open files"


def record(
    event: str, at: float, level: int = logging.ERROR, **fields: object
) -> logging.LogRecord:
    values = {"name": "monitor", "levelno": level, "msg": event, "created": at, **fields}
    return logging.makeLogRecord(values)


def test_out_of_file_descriptors_is_one_line_a_minute_whatever_fails():
    limit = RepeatLimit()
    storm = [
        record(("socket.accept() out of system resource", "poll.store_unavailable")[n % 2], n / 100)
        for n in range(5_000)
    ]
    for line in storm:
        line.error = NO_FILES
    assert [limit.filter(line) for line in storm].count(True) == 1
    later = record("poll.crashed", 60.5, error=NO_FILES)
    assert limit.filter(later)
    assert later.repeated == 4_999


def test_one_fault_of_the_database_is_one_line_a_minute_whatever_fails():
    limit = RepeatLimit()
    events = ("poll.store_unavailable", "deliver.store_unavailable", "group_commit.not_stored")
    storm = [record(events[n % 3], n / 100, error="x.db: the disk is full") for n in range(5_000)]
    assert [limit.filter(line) for line in storm].count(True) == 1
    assert limit.filter(record("poll.store_unavailable", 1.0, error="x.db: is damaged"))


def test_other_lines_are_not_left_out_with_it():
    limit = RepeatLimit()
    assert limit.filter(record("poll.crashed", 1.0, error=NO_FILES))
    assert limit.filter(record("poll.crashed", 1.1, error="another"))
    assert all(limit.filter(record("poll.done", 1.0, logging.INFO)) for _ in range(500))


def test_one_event_is_at_most_100_lines_a_minute():
    limit = RepeatLimit()
    assert sum(limit.filter(record("feed.odd", n / 100)) for n in range(1_000)) == 100


def test_the_scheduler_writes_no_warnings_of_its_own():
    """It warns about ticks that are skipped, in words of its code; we count them."""
    handlers, level = logging.root.handlers, logging.root.level
    try:
        logs.start(json_lines=False, level="info")
        scheduler = logging.getLogger("apscheduler.scheduler")
        assert not scheduler.isEnabledFor(logging.WARNING)
        assert scheduler.isEnabledFor(logging.ERROR)
    finally:
        logging.root.handlers = handlers
        logging.root.setLevel(level)


@pytest.fixture
def noon_in_seoul(monkeypatch: pytest.MonkeyPatch):
    """A record of noon UTC, on a machine in Seoul."""
    monkeypatch.setenv("TZ", "Asia/Seoul")
    time.tzset()
    yield record("poll.not_stored", 1_768_478_403.0, levelname="WARNING", feeds=3)
    monkeypatch.undo()
    time.tzset()


def test_a_text_line_of_the_log_has_its_zone(noon_in_seoul: logging.LogRecord):
    assert TextLines().format(noon_in_seoul) == "21:00:03 KST warning poll.not_stored feeds=3"


def test_a_json_line_of_the_log_is_in_utc(noon_in_seoul: logging.LogRecord):
    line = json.loads(JsonLines().format(noon_in_seoul))
    assert (line["at"], line["feeds"]) == ("2026-01-15T12:00:03.000Z", 3)
