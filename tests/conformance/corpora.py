"""Documents that others collected, and the server that serves them and misbehaves on command."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[3] / "shared"
CORPORA = SHARED / "corpora"
MANIFEST = CORPORA / "manifest.jsonl"
TOOL = SHARED / "tools" / "fault_server.py"

# The material of others is not ours to ship: where it is not beside the checkout, what needs it is
# left out, and says so.
needs_documents = pytest.mark.skipif(not MANIFEST.is_file(), reason=f"{MANIFEST} is not there")
needs_tool = pytest.mark.skipif(not TOOL.is_file(), reason=f"{TOOL} is not there")

# The tool by itself wants to be told a free port; this way it tells us one.
_START = f"""
tool = {{"__name__": "fault_server", "__file__": {str(TOOL)!r}}}
exec(compile(open({str(TOOL)!r}).read(), "fault_server", "exec"), tool)
server = tool["S"](("127.0.0.1", 0), tool["H"])
tool["HOST"] = "127.0.0.1:%d" % server.server_address[1]
print(tool["HOST"], flush=True)
server.serve_forever()
"""

Row = dict[str, Any]  # a line of the manifest: id, content_type, headers, expect, …


def documents(*names: str, step: int = 1, kinds: Sequence[str] = ("feed",)) -> list[Row]:
    """The feeds of these corpora, or every `step`th of them."""
    with MANIFEST.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [row for row in rows if row["kind"] in kinds and row["id"].startswith(names)][::step]


def body(row: Row) -> bytes:
    """The document itself."""
    return (CORPORA / row["id"]).read_bytes()


@contextmanager
def serving() -> Iterator[str]:
    """The address of a fault server of our own; `/corpus/<id>` serves the corpora."""
    command = [sys.executable, "-W", "ignore", "-c", _START]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            host = process.stdout.readline().strip()
            assert host, "the fault server does not start"
            yield f"http://{host}"
        finally:
            process.kill()
