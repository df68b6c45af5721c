"""The command line, called in this process: quick, and with everything real behind it."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor import cli


@dataclass
class Said:
    """What one command came to."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


class Terminal:
    """Types commands in a folder; `~` is that folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def __call__(self, *words: str) -> Said:
        self._capsys.readouterr()
        code = cli.run(words)
        said = self._capsys.readouterr()
        assert "Traceback" not in said.err
        return Said(code, said.out, said.err)

    def refused(self, *words: str) -> str:
        """Expect exit code 2 and nothing on standard output; return the message."""
        said = self(*words)
        assert said.code == 2, said
        assert said.out == ""
        return said.err


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Terminal]:
    """A terminal in an empty folder, with no setting in its environment."""
    before, environment = Path.cwd(), dict(os.environ)
    doors, logging.root.handlers = logging.root.handlers, []  # as in a process of its own
    for name in [name for name in os.environ if name.startswith("MONITOR_")]:
        del os.environ[name]
    os.environ["COLUMNS"] = "160"
    os.chdir(tmp_path)
    try:
        yield Terminal(tmp_path, capsys)
    finally:
        logging.root.handlers = doors
        os.chdir(before)
        os.environ.clear()
        os.environ.update(environment)


@pytest.fixture
def watch(terminal: Terminal) -> Terminal:
    """A terminal in the folder of a service without feeds."""
    assert terminal("init", "--bare").code == 0
    return terminal
