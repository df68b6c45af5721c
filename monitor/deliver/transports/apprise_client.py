"""Apprise: messages to chats and other services, sent by guarded child processes."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from monitor.deliver.transports.redact import hidden
from monitor.domain.alerts import Subscription
from monitor.domain.errors import ConfigError, Unreachable
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason
from monitor.net.egress import Network
from monitor.text import sanitize

_LONGEST_BODY = 1_800  # characters; Discord takes 2,000
_LONGEST_WORDS = 200
_LONGEST_ANSWER = 64 * 1024
_START = timedelta(seconds=20)  # to import some 200 plugins on a busy machine
_STATUS = re.compile(r"\berror=(\d{3})\b")

MISSING = "chats need the library Apprise, which is not installed: pip install 'watchpost[apprise]'"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """The answer of the child process; `words` may hold pieces of the URL."""

    ok: bool
    words: str
    refused: str
    service: str


class AppriseChannel:
    """Sends messages with a few child processes, each with one message at a time."""

    def __init__(self, *, allow: Sequence[Network], timeout: timedelta, processes: int = 4) -> None:
        """`allow` holds closed networks that are permitted; `timeout` is for one message.

        At most `processes` work side by side; none is started before the first message.
        """
        self._allow = json.dumps([str(network) for network in allow])
        self._seconds = timeout.total_seconds()
        self._slots = asyncio.Semaphore(processes)
        self._idle: list[asyncio.subprocess.Process] = []

    async def send(self, message: Message, to: Subscription, now: datetime, /) -> str:
        """Send it once; return the name of the service.  Raise Unreachable."""
        url = to.private_url
        answer = await self._ask(do="send", url=url, title=message.subject, body=body(message))
        if answer.ok:
            return f"taken by {answer.service}"
        words = sanitize.line(hidden(answer.words, url), _LONGEST_WORDS)
        if answer.refused:
            raise Unreachable(DeliveryReason.EGRESS, hidden(answer.refused, url))
        if not answer.service:
            raise Unreachable(DeliveryReason.CONFIG, words)
        status = _STATUS.search(answer.words)
        reason = DeliveryReason.STATUS if status else DeliveryReason.CONNECT
        raise Unreachable(reason, f"{answer.service}: {words or 'not taken'}")

    async def check(self, url: str) -> str:
        """The name of the service of the URL.  Raise ConfigError for a URL that is unusable."""
        try:
            answer = await self._ask(do="check", url=url, title="", body="")
        except Unreachable as error:
            raise ConfigError(error.detail) from None
        if not answer.ok:
            raise ConfigError(hidden(answer.refused or answer.words, url))
        return answer.service

    async def close(self) -> None:
        """Kill the child processes."""
        while self._idle:
            await _end(self._idle.pop())

    async def _ask(self, **request: str) -> _Answer:
        if not _is_installed():
            raise Unreachable(DeliveryReason.CONFIG, MISSING)
        async with self._slots:
            try:
                return await self._exchange(request)
            except TimeoutError as error:
                detail = f"no answer within {self._seconds:g} s: the message may have arrived"
                raise Unreachable(DeliveryReason.TIMEOUT, detail) from error
            except (OSError, ValueError, KeyError) as error:
                detail = "the process that sends to chats died: the message may have arrived"
                raise Unreachable(DeliveryReason.DROPPED, detail) from error

    async def _exchange(self, request: dict[str, str]) -> _Answer:
        process = self._idle.pop() if self._idle else await self._start()
        try:
            async with asyncio.timeout(self._seconds):
                reply = await _reply(process, request)
            answer = _Answer(
                ok=bool(reply["ok"]),
                words=str(reply["words"]),
                refused=str(reply["refused"]),
                service=str(reply["service"]),
            )
        except BaseException:  # a process that did not answer is not used again
            await _end(process)
            raise
        self._idle.append(process)
        return answer

    async def _start(self) -> asyncio.subprocess.Process:
        """Start a process and wait until it has read its plugins, outside the message's timeout."""
        python_path = [str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH", "")]
        # No proxy, no .netrc, no settings of Apprise: an empty home folder.
        environment = {
            "PYTHONPATH": os.pathsep.join(filter(None, python_path)),
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": os.devnull,
            "LC_ALL": "C.UTF-8",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # imports nothing from the current folder
            "-m",
            "monitor.deliver.transports.apprise_worker",
            self._allow,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
            limit=_LONGEST_ANSWER,
        )
        try:
            async with asyncio.timeout(_START.total_seconds()):
                await _reply(process)
        except BaseException:
            await _end(process)
            raise
        return process


def _is_installed() -> bool:
    try:
        return find_spec("apprise") is not None
    except ValueError:  # imported before, and broken
        return False


async def _reply(
    process: asyncio.subprocess.Process, request: dict[str, str] | None = None
) -> dict[str, object]:
    """Send a request, if any, and read the next line.  Raise OSError or ValueError without one."""
    requests, replies = process.stdin, process.stdout
    if requests is None or replies is None:
        raise OSError("the process has no pipes")
    if request is not None:
        requests.write(json.dumps(request).encode() + b"\n")
        await requests.drain()
    reply: dict[str, object] = json.loads(await replies.readline())
    return reply


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await asyncio.shield(process.wait())


def body(message: Message) -> str:
    """The text without its footer, short enough for every chat."""
    text, _, _ = message.text.partition("\n----\n")
    lines = [line.rstrip() for line in sanitize.body(text).strip().split("\n")]
    return sanitize.shortened("\n".join(lines), _LONGEST_BODY)
