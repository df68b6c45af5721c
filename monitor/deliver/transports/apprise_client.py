"""Tell by chat and the rest: any service that Apprise knows, in a guarded process of its own."""

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
class _Said:
    """What the process answered."""

    ok: bool
    words: str
    refused: str
    service: str


class AppriseChannel:
    """Hands messages to chats; a few processes, each with one message at a time."""

    def __init__(self, *, allow: Sequence[Network], timeout: timedelta, most: int = 4) -> None:
        """`allow` opens closed addresses, `timeout` is for one message, `most` are at work.

        No process is started before there is a message.
        """
        self._allow = json.dumps([str(network) for network in allow])
        self._seconds = timeout.total_seconds()
        self._turns = asyncio.Semaphore(most)
        self._idle: list[asyncio.subprocess.Process] = []

    async def send(self, message: Message, to: Subscription, now: datetime, /) -> str:
        """Hand it over once; return the service's name.  Raise Unreachable."""
        url = to.private_url
        said = await self._ask(do="send", url=url, title=message.subject, body=body(message))
        if said.ok:
            return f"taken by {said.service}"
        words = sanitize.line(hidden(said.words, url), _LONGEST_WORDS)
        if said.refused:
            raise Unreachable(DeliveryReason.EGRESS, hidden(said.refused, url))
        if not said.service:
            raise Unreachable(DeliveryReason.CONFIG, words)
        status = _STATUS.search(said.words)
        reason = DeliveryReason.STATUS if status else DeliveryReason.CONNECT
        raise Unreachable(reason, f"{said.service}: {words or 'not taken'}")

    async def check(self, url: str) -> str:
        """The name of the service that the address is of.  Raise ConfigError if it is of none."""
        try:
            said = await self._ask(do="check", url=url, title="", body="")
        except Unreachable as error:
            raise ConfigError(error.detail) from None
        if not said.ok:
            raise ConfigError(hidden(said.refused or said.words, url))
        return said.service

    async def close(self) -> None:
        """End the processes."""
        while self._idle:
            await _end(self._idle.pop())

    async def _ask(self, **asked: str) -> _Said:
        if not _is_installed():
            raise Unreachable(DeliveryReason.CONFIG, MISSING)
        async with self._turns:
            try:
                return await self._exchange(asked)
            except TimeoutError as error:
                detail = f"no answer within {self._seconds:g} s: it may have arrived"
                raise Unreachable(DeliveryReason.TIMEOUT, detail) from error
            except (OSError, ValueError, KeyError) as error:
                detail = "the process that speaks to chats died: it may have arrived"
                raise Unreachable(DeliveryReason.DROPPED, detail) from error

    async def _exchange(self, asked: dict[str, str]) -> _Said:
        process = self._idle.pop() if self._idle else await self._start()
        try:
            async with asyncio.timeout(self._seconds):
                read = await _answered(process, asked)
            said = _Said(
                ok=bool(read["ok"]),
                words=str(read["words"]),
                refused=str(read["refused"]),
                service=str(read["service"]),
            )
        except BaseException:  # one that did not answer is never asked again
            await _end(process)
            raise
        self._idle.append(process)
        return said

    async def _start(self) -> asyncio.subprocess.Process:
        """A process that has read its plugins: that is not on the message's time."""
        here = [str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH", "")]
        # No proxy, no .netrc, no settings of Apprise's: a home where nothing is.
        quiet = {
            "PYTHONPATH": os.pathsep.join(filter(None, here)),
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": os.devnull,
            "LC_ALL": "C.UTF-8",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # nothing is imported from the folder we happen to run in
            "-m",
            "monitor.deliver.transports.apprise_worker",
            self._allow,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=quiet,
            limit=_LONGEST_ANSWER,
        )
        try:
            async with asyncio.timeout(_START.total_seconds()):
                await _answered(process)
        except BaseException:
            await _end(process)
            raise
        return process


def _is_installed() -> bool:
    try:
        return find_spec("apprise") is not None
    except ValueError:  # imported before, and found broken
        return False


async def _answered(
    process: asyncio.subprocess.Process, asked: dict[str, str] | None = None
) -> dict[str, object]:
    """The next line that the process says.  Raise OSError or ValueError when it says none."""
    requests, replies = process.stdin, process.stdout
    if requests is None or replies is None:
        raise OSError("the process has no pipes")
    if asked is not None:
        requests.write(json.dumps(asked).encode() + b"\n")
        await requests.drain()
    read: dict[str, object] = json.loads(await replies.readline())
    return read


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await asyncio.shield(process.wait())


def body(message: Message) -> str:
    """The text without what stands under the line, short enough for every chat."""
    text, _, _ = message.text.partition("\n----\n")
    lines = [line.rstrip() for line in sanitize.body(text).strip().split("\n")]
    return sanitize.shortened("\n".join(lines), _LONGEST_BODY)
