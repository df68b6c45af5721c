"""Service lock: whether another service of this machine runs on the same SQLite file."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def service_lock(database: Path) -> Iterator[bool]:
    """Hold a shared lock while the service runs; whether another service holds one already.

    The system ends the lock with the process, however that ends.  Where no lock can be held, as in
    a read-only folder, no other service is seen.
    """
    from monitor.store.database.engine import SERVICE_LOCK_SUFFIX  # late: it loads SQLAlchemy

    path = database.with_name(database.name + SERVICE_LOCK_SUFFIX)
    try:
        file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError:
        yield False
        return
    try:
        yield _is_shared(file)
    finally:
        os.close(file)


def _is_shared(file: int) -> bool:
    """Take the lock with those that hold it; whether there was one."""
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
