"""The program as a person meets it: real processes, a real web server, a real SMTP server."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.service.publisher import Publisher


@dataclass(frozen=True)
class Monitor:
    """The command `monitor` in a folder of its own."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("MONITOR_")}
        return {
            **inherited,
            "MONITOR_CONFIG": str(self.folder / "monitor.toml"),
            "MONITOR_EGRESS__ALLOW": '["127.0.0.0/8"]',
            "MONITOR_WEB__LISTEN": "",  # tests run at once; those of pages choose an address
            "MONITOR_WEB__CONSOLE": "false",
            **self.environment,
        }

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "monitor", *words]

    def try_(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run it whatever comes of it."""
        return subprocess.run(
            self.command(*words),
            capture_output=True,
            text=True,
            env=self.variables,
            cwd=self.folder,
            timeout=120,
            check=False,
        )

    def __call__(self, *words: str) -> str:
        """Run it, expect that it is done, return what it printed."""
        done = self.try_(*words)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json"))

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*words),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.variables,
            cwd=self.folder,
        )


@dataclass
class Letterbox:
    """A real SMTP server that keeps what it takes."""

    port: int = 0
    letters: list[Message] = field(default_factory=list)

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        self.letters.append(message_from_bytes(envelope.content))
        return "250 2.0.0 taken"

    @property
    def ids(self) -> list[str]:
        return [str(letter["Message-ID"]) for letter in self.letters]


@pytest.fixture
def letterbox() -> Iterator[Letterbox]:
    box = Letterbox(port=free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def free_port() -> int:
    """The controller wants to know its port before it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as running:
        yield running


@pytest.fixture
def monitor(tmp_path: Path) -> Monitor:
    """A service folder without feeds, on SQLite."""
    program = Monitor(tmp_path / "watch")
    program.folder.mkdir()
    program("init", str(program.folder), "--bare")
    return program
