"""A typed Python client, generated from the OpenAPI document as docs/api.md says.

The generator, openapi-python-client, is in an environment of its own; nothing of what it makes is
kept.
"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

from tests.api.running_api import RunningApi

PYTHON = Path(__file__).parents[2] / ".venv/client/bin/python"
PROGRAM = Path(__file__).parent / "client_program.py"
PACKAGE = "watchpost_client"


async def check_client(document: Path, api: RunningApi, folder: Path) -> str:
    """What a program over the generated client did.  Raise AssertionError."""
    if not PYTHON.exists():
        return "skipped: `make .venv/client/installed` installs its generator"
    await _run(
        "-m", "openapi_python_client", "generate",
        "--path", str(document), "--output-path", str(folder / PACKAGE), "--meta", "none",
        folder=folder,
    )  # fmt: skip
    access = json.dumps({"address": api.address, **api.tokens})
    return await _run(str(PROGRAM), access, folder=folder)


async def _run(*words: str, folder: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        str(PYTHON),
        *words,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, words
    return output.decode().strip()
