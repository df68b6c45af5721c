"""Time from `monitor demo` at a terminal to a flagged article, with its reasons, in a browser."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SECONDS = 120  # for the demo until it prints its link, and for the browser
_LINK = re.compile(rb"http://127\.0\.0\.1:\d+/console/sign-in/link/[\w-]+")
_NODE = Path(sys.executable).parent / "node"
_SCRIPT = Path(__file__).with_suffix(".mjs")


def take_time(browser: str, folder: Path) -> float | None:
    """The seconds until the words that counted are marked in an article; None: it was not shown."""
    began = time.monotonic()
    with _demo_at_a_terminal(folder) as terminal:
        link = _printed_link(terminal)
        environment = {**os.environ, "CHROMIUM": browser, "LINK": link}
        command = [str(_NODE), str(_SCRIPT)]
        shown = subprocess.run(command, env=environment, timeout=_SECONDS, check=False)
        return time.monotonic() - began if shown.returncode == 0 else None


@contextmanager
def _demo_at_a_terminal(folder: Path) -> Iterator[int]:
    """The demo with a pseudo-terminal, where it keeps its console open; ended with the block."""
    terminal, demo_side = pty.openpty()
    command = [sys.executable, "-m", "monitor", "demo", "--dir", str(folder)]
    with subprocess.Popen(command, stdin=demo_side, stdout=demo_side, stderr=demo_side) as demo:
        os.close(demo_side)
        try:
            yield terminal
        finally:
            demo.terminate()
            os.close(terminal)


def _printed_link(terminal: int) -> str:
    """The sign-in link, as soon as it is printed.  Raise TimeoutError."""
    give_up = time.monotonic() + _SECONDS
    printed = b""
    while time.monotonic() < give_up:
        ready, _, _ = select.select([terminal], [], [], 1)
        if ready:
            printed += os.read(terminal, 65_536)
        if match := _LINK.search(printed):
            return match[0].decode()
    raise TimeoutError(f"the demo printed no link: {printed.decode(errors='replace')[-500:]}")
