"""The command line, called in this process, with a real store behind it."""

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
class CommandResult:
    """The exit code and the output of one command."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The document that the command printed."""
        assert self.code == 0, self.err
        return json.loads(self.out)


class Terminal:
    """Runs commands in a folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def __call__(self, *words: str) -> CommandResult:
        self._capsys.readouterr()
        code = cli.run(words)
        captured = self._capsys.readouterr()
        assert "Traceback" not in captured.err
        return CommandResult(code, captured.out, captured.err)

    def refused(self, *words: str) -> str:
        """Expect exit code 2 and nothing on standard output; return the message."""
        result = self(*words)
        assert result.code == 2, result
        assert result.out == ""
        return result.err


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Terminal]:
    """A terminal in an empty folder, with no setting in its environment."""
    before, environment = Path.cwd(), dict(os.environ)
    handlers, logging.root.handlers = logging.root.handlers, []  # as in a process of its own
    for name in [name for name in os.environ if name.startswith("MONITOR_")]:
        del os.environ[name]
    os.environ["COLUMNS"] = "160"
    os.chdir(tmp_path)
    try:
        yield Terminal(tmp_path, capsys)
    finally:
        logging.root.handlers = handlers
        os.chdir(before)
        os.environ.clear()
        os.environ.update(environment)


@pytest.fixture
def watch(terminal: Terminal) -> Terminal:
    """A terminal in the folder of a service without feeds."""
    assert terminal("init", "--bare").code == 0
    return terminal
