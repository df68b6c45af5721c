"""Service lock: which other services of this machine run on the same SQLite file.

Two processes must not both poll, or both deliver: SQLite has one writer, and both would do the same
work.  The system ends a lock with its process, however that ends, so a lock that is left never
refuses a start.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.domain.errors import StoreError

_RECORD = 100  # bytes of the file for each kind of work: its lock, and who holds it
_KINDS = ("polls", "delivers")  # in this order in the file


@contextmanager
def service_lock(database: Path, *, works: tuple[str, ...] = ()) -> Iterator[bool]:
    """Hold the locks of this process's `works`; yield whether another service runs on the file.

    Raise StoreError naming the process that already does one of these works ("polls", "delivers").
    Where no lock can be held, as in a read-only folder, no other service is seen.
    """
    from monitor.store.database.engine import SERVICE_LOCK_SUFFIX  # late: it loads SQLAlchemy

    path = database.with_name(database.name + SERVICE_LOCK_SUFFIX)
    try:
        file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError:
        yield False
        return
    try:
        for work in works:
            _take(file, work, database)
        yield _is_shared(file)
    finally:
        os.close(file)


def _take(file: int, work: str, database: Path) -> None:
    """Lock the part of the file that stands for this work, and write who holds it."""
    start = _KINDS.index(work) * _RECORD
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _RECORD, start)
    except OSError:
        holder = os.pread(file, _RECORD, start).decode("ascii", "replace").strip("\0 ")
        raise StoreError(
            f"{database}: {holder or 'another process'} already {work} with this SQLite file: stop"
            f" it first, choose another --role, or use PostgreSQL for several processes"
        ) from None
    os.pwrite(file, f"process {os.getpid()}".ljust(_RECORD).encode(), start)


def _is_shared(file: int) -> bool:
    """Take the common lock with those that hold it; whether there was one."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        others = False
    except OSError:
        others = True
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:  # another service is just starting
        return True
    return others
