"""Collections begin with the work, once, and leave out what was imported before it."""

from __future__ import annotations

import subprocess
import sys

STEPS = """
import gc
from monitor.runtime import garbage
usual = gc.get_threshold()
garbage.start_collection()
print(gc.get_threshold() == usual, gc.get_freeze_count())
garbage.postpone_collection()
import decimal, email.message, http.client
print(gc.get_threshold()[0] > 100_000)
garbage.start_collection()
frozen = gc.get_freeze_count()
print(gc.get_threshold()[0], frozen > 1_000)
garbage.start_collection()
print(gc.get_freeze_count() == frozen)
"""


def test_what_was_imported_is_not_examined_and_what_follows_is():
    done = subprocess.run([sys.executable, "-c", STEPS], capture_output=True, text=True, timeout=60)
    lines = done.stdout.splitlines()
    assert lines == ["True 0", "True", "20000 True", "True"], done.stderr
