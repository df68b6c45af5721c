"""Memory limit of a process tree by a control group (cgroup) of Linux, version 1 or 2.

The kernel counts all processes of the group together, with the pages of files that they read, and
kills one of them where nothing can be given back any more.  It needs root.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class MemoryGroup:
    """A group of processes that may use so much memory together."""

    folder: Path
    version: int

    def command(self, *words: str) -> list[str]:
        """The command line that runs these words in the group, with all that they start."""
        return ["/bin/sh", "-c", 'echo $$ > "$0" && exec "$@"', str(self._processes), *words]

    def unreclaimable_mb(self) -> float:
        """What the processes hold now and can't be read from a file again, in 10^6 bytes."""
        key = "anon" if self.version == 2 else "rss"
        return int(_fields(self.folder / "memory.stat").get(key, "0")) / 1e6

    def count_kills(self) -> int:
        """How many processes the kernel has killed because the limit was reached."""
        name = "memory.events" if self.version == 2 else "memory.oom_control"
        return int(_fields(self.folder / name).get("oom_kill", "0"))

    def limit(self, size: int) -> None:
        """Set the limit in bytes."""
        name = "memory.max" if self.version == 2 else "memory.limit_in_bytes"
        (self.folder / name).write_text(str(size))

    @property
    def _processes(self) -> Path:
        return self.folder / "cgroup.procs"


def _fields(file: Path) -> dict[str, str]:
    """The lines of a file of the kernel: a name and a value each."""
    pairs = (line.split() for line in file.read_text().splitlines())
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


def hierarchy(root: Path = _ROOT) -> tuple[Path, int] | None:
    """Where groups with a memory limit are made, and by which version; None where nowhere."""
    controllers = root / "cgroup.subtree_control"
    with suppress(OSError):
        if "memory" in controllers.read_text().split():
            return root, 2
    if (root / "memory" / "memory.limit_in_bytes").exists():
        return root / "memory", 1
    return None


@contextmanager
def memory_group(size: int) -> Iterator[MemoryGroup | None]:
    """A group with this limit in bytes, until the end of the block; None where none can be made."""
    place = hierarchy()
    folder = place[0] / f"watchpost-bench-{os.getpid()}" if place else None
    if place is None or folder is None or not _make(folder):
        yield None
        return
    group = MemoryGroup(folder, place[1])
    try:
        group.limit(size)
        yield group
    finally:
        folder.rmdir()


def _make(folder: Path) -> bool:
    try:
        folder.mkdir()
    except OSError:
        return False
    return True
