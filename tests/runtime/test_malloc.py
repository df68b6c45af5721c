"""All threads of a service allocate from one arena, unless the environment says otherwise."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

# How many arenas there are after four threads have allocated at the same time.
_COUNT_ARENAS = """
import ctypes, sys, threading
from monitor.runtime.malloc import use_one_arena
use_one_arena()
barrier, libc = threading.Barrier(4), ctypes.CDLL(None)
def allocate():
    blocks = [bytearray(1_000) for _ in range(100)]
    barrier.wait()
threads = [threading.Thread(target=allocate) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc.malloc_stats()
"""


def arenas(**environment: str) -> int:
    inherited = {name: text for name, text in os.environ.items() if name != "MALLOC_ARENA_MAX"}
    done = subprocess.run(
        [sys.executable, "-c", _COUNT_ARENAS],
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return len(re.findall(r"^Arena \d+:", done.stderr, re.MULTILINE))


@pytest.mark.skipif(sys.platform != "linux", reason="arenas are those of glibc")
def test_threads_share_one_arena():
    if not arenas(MALLOC_ARENA_MAX="4"):
        pytest.skip("the C library has no arenas")
    assert arenas() == 1
    assert arenas(MALLOC_ARENA_MAX="4") > 1
