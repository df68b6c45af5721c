"""What a running service says of its settings, for `monitor doctor` to read.

A small JSON file beside the configuration, one for each role, because a configuration that can't
be read names no database to ask.  It is replaced whole, touched at every look, and removed at the
end: one that was not touched for a while is left from a service that is gone.
"""

from __future__ import annotations

import glob
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

# A service looks every second; one that was silent for so long does not run.
SILENCE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningSettings:
    """One service, as it says itself."""

    pid: int
    role: str
    config: str  # digest of the settings that decide
    since: str  # RFC 3339: when it took them
    fault: str = ""  # why it refuses the file as it is now
    restart: tuple[str, ...] = ()  # settings of the file that wait for a restart


def place(file: Path, role: str) -> Path:
    """Where the service of this role, running on this configuration, says so."""
    return file.with_name(f"{file.name}.run-{role}.json")


def write(file: Path, running: RunningSettings) -> None:
    """Say it, in place of what was said before.  Raise OSError."""
    path = place(file, running.role)
    fresh = path.with_name(f"{path.name}.{running.pid}.new")
    try:
        fresh.write_text(json.dumps(asdict(running), ensure_ascii=False), encoding="utf-8")
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def touch(file: Path, role: str) -> None:
    """Say that nothing changed.  Raise OSError."""
    os.utime(place(file, role))


def remove(file: Path, role: str) -> None:
    """Say no more."""
    with suppress(OSError):
        place(file, role).unlink()


def read(file: Path, now: datetime) -> Iterator[RunningSettings]:
    """The services that run on this configuration."""
    for path in sorted(file.parent.glob(f"{glob.escape(file.name)}.run-*.json")):
        with suppress(OSError, ValueError, TypeError, KeyError):  # being removed, or not ours
            touched = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            if now - touched < SILENCE:
                said = json.loads(path.read_text(encoding="utf-8"))
                yield RunningSettings(**{**said, "restart": tuple(said["restart"])})
