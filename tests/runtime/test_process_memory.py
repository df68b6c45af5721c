"""Collections begin with the work and leave out what was imported; free memory is given back."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

# How many arenas there are after four threads have allocated at the same time.
_COUNT_ARENAS = """
import ctypes, sys, threading
from monitor.runtime.process_memory import keep_little_memory
keep_little_memory()
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


_COLLECT = """
import gc
from monitor.runtime import process_memory
usual = gc.get_threshold()
process_memory.start_collection()
print(gc.get_threshold() == usual, gc.get_freeze_count())
process_memory.postpone_collection()
import decimal, email.message, http.client
print(gc.get_threshold()[0] > 100_000)
process_memory.start_collection()
frozen = gc.get_freeze_count()
print(gc.get_threshold()[0], frozen > 1_000)
process_memory.start_collection()
print(gc.get_freeze_count() == frozen)
import sqlite3, logging.config
process_memory.collect_for_pages()
print(gc.get_threshold()[0], gc.get_freeze_count() > frozen)
with_pages = gc.get_freeze_count()
process_memory.collect_for_pages()
print(gc.get_freeze_count() == with_pages)
"""


def test_what_was_imported_is_not_examined_and_what_follows_is():
    done = subprocess.run(
        [sys.executable, "-c", _COLLECT], capture_output=True, text=True, timeout=60
    )
    lines = done.stdout.splitlines()
    assert lines == ["True 0", "True", "20000 True", "True", "2000 True", "True"], done.stderr


# The resident megabytes with 50 MB of free blocks below one that is in use, before and after.
_RETURN = """
import re
from pathlib import Path
from monitor.runtime import process_memory
def resident():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1000
blocks = [bytes([number % 256]) * 2_000 for number in range(25_000)]
del blocks[:-1]
print(resident())
process_memory.return_free_pages()
print(resident())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the memory in /proc")
def test_free_pages_between_blocks_that_stay_are_given_back():
    if not arenas(MALLOC_ARENA_MAX="4"):
        pytest.skip("the C library has no malloc_trim")
    done = subprocess.run(
        [sys.executable, "-c", _RETURN], capture_output=True, text=True, timeout=60, check=True
    )
    before, after = map(int, done.stdout.split())
    assert before - after > 40
