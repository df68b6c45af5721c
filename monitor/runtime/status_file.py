"""Status file: what a running service says of its settings, for `monitor doctor` to read.

A small JSON file beside the configuration, one for each process: a configuration that can't be read
names no database that could store this.  It is replaced whole, touched at every look, and removed
at the end; one that was not touched for a while was left by a service that is gone.
"""

from __future__ import annotations

import glob
import json
import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

# A service touches its file every second; after so long without a touch it does not run.
MAX_AGE = timedelta(seconds=30)
_LEFT_BEHIND = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningSettings:
    """What one running service says."""

    pid: int
    role: str
    config: str  # digest of the settings that decide
    since: str  # RFC 3339: when it began to use them
    fault: str = ""  # why it refuses the file as it is now
    restart: tuple[str, ...] = ()  # settings of the file that wait for a restart
    pack: str = ""  # id of the topic pack that it judges by; empty where it does not judge
    address: str = ""  # of its pages, "http://127.0.0.1:8080"; empty where it serves none
    steady_since: str = ""  # RFC 3339: its start, or the last step of the clock

    @property
    def used_since(self) -> datetime | None:
        """The instant at which it began to use its settings; None for a text that is none."""
        return _instant(self.since)

    @property
    def counting_since(self) -> datetime | None:
        """The instant from which its late work counts, as on its health page; None for none."""
        return _instant(self.steady_since or self.since)


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def status_path(file: Path, role: str, pid: int) -> Path:
    """The path of the status file of a process on this machine, or in this container."""
    return file.with_name(f"{file.name}.run-{role}-{platform.node()}-{pid}.json")


def write(file: Path, running: RunningSettings) -> None:
    """Replace the status file.  Raise OSError."""
    path = status_path(file, running.role, running.pid)
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.write_text(json.dumps(asdict(running), ensure_ascii=False), encoding="utf-8")
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def touch(file: Path, role: str, pid: int) -> None:
    """Mark the status file as current.  Raise OSError."""
    os.utime(status_path(file, role, pid))


def remove(file: Path, role: str, pid: int) -> None:
    """Remove the status file."""
    with suppress(OSError):
        status_path(file, role, pid).unlink()


def remove_left_behind(file: Path, now: datetime) -> None:
    """Remove the status files of processes that ended without removing theirs."""
    for path in file.parent.glob(f"{glob.escape(file.name)}.run-*.json"):
        with suppress(OSError):
            if now - datetime.fromtimestamp(path.stat().st_mtime, UTC) >= _LEFT_BEHIND:
                path.unlink()


def read(file: Path, now: datetime) -> Iterator[RunningSettings]:
    """The status of every service that runs on this configuration."""
    for path in sorted(file.parent.glob(f"{glob.escape(file.name)}.run-*.json")):
        with suppress(OSError, ValueError, TypeError, KeyError):  # being removed, or not ours
            touched = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            if now - touched < MAX_AGE:
                status = json.loads(path.read_text(encoding="utf-8"))
                yield RunningSettings(**{**status, "restart": tuple(status["restart"])})
