"""A few child processes that read documents, ended when a document asks too much of them."""

from __future__ import annotations

import asyncio
import enum
import json
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from datetime import timedelta

from monitor.collect.workers import protocol
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Fetched, Parsed
from monitor.domain.reasons import FeedReason

MAX_ENTRIES = 10_000
_MAX_REPLY_BYTES = 256 * 2**20
_LAST_BREATH = 5  # seconds between a child's last word and its end

# The child gets our own import path and nothing from its environment or working directory.
_START = (
    "import importlib, json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    " importlib.import_module(sys.argv[2]).main(sys.argv[3:])"
)


class DocumentKind(enum.StrEnum):
    """What kind of documents the children read: the module that does."""

    FEEDS = "monitor.collect.workers.worker"
    PAGES = "monitor.collect.fulltext.extract"  # of articles: one entry each, with its text


class ParserPool:
    """Reads documents in child processes, `workers` at a time.

    One document may use `cpu` of processor time, `wall` of real time and `memory_bytes` in its
    child; one that wants more is given up (ParseError LIMITS) and its child replaced.  Children
    start when first needed.  Call `close` at the end, in the same loop.
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        cpu: timedelta = timedelta(seconds=10),
        memory_bytes: int = 512 * 2**20,
        wall: timedelta = timedelta(seconds=30),
        max_entries: int = MAX_ENTRIES,
        reads: DocumentKind = DocumentKind.FEEDS,
    ) -> None:
        self._slots = asyncio.Semaphore(workers)
        self._wall = wall
        self._cpu = cpu
        self._arguments = [reads, str(memory_bytes), str(cpu.total_seconds()), str(max_entries)]
        self._idle: list[_Child] = []
        self._closed = False

    async def parse(self, fetched: Fetched, memory: bytes = b"", /) -> Parsed:
        """Read the bytes as a feed.  Raise ParseError; whatever the bytes, nothing else."""
        if not fetched.body:
            raise ParseError(FeedReason.EMPTY_BODY, "the publisher sent an empty document")
        request = protocol.ParseRequest(
            url=fetched.url, content_type=fetched.content_type, body=fetched.body, memory=memory
        )
        async with self._slots:
            outcome = await self._ask(request)
        if isinstance(outcome, ParseError):
            raise outcome
        return outcome

    async def close(self) -> None:
        """End every child."""
        self._closed = True
        while self._idle:
            await self._idle.pop().end()

    async def _ask(self, request: protocol.ParseRequest) -> Parsed | ParseError:
        child = await self._child()
        keep = False
        try:
            async with asyncio.timeout(self._wall.total_seconds()):
                reply = await child.ask(request)
            keep = not (reply.retire or self._closed)
            return reply.outcome
        except TimeoutError:
            seconds = self._wall.total_seconds()
            return ParseError(FeedReason.LIMITS, f"reading it took longer than {seconds:g} s")
        except (EOFError, OSError, ValueError):
            return self._why(await child.ended())
        finally:
            if keep:
                self._idle.append(child)
            else:
                await child.end()

    async def _child(self) -> _Child:
        while self._idle:
            child = self._idle.pop()
            if child.alive:
                return child
            await child.end()
        try:
            return await _Child.start(self._arguments)
        except OSError as error:
            raise ParseError(
                FeedReason.CRASH, f"no process could be started to read it: {error.strerror}"
            ) from error

    def _why(self, code: int) -> ParseError:
        """What the end of a child in the middle of a document means."""
        if code == protocol.OUT_OF_MEMORY:
            return ParseError(FeedReason.LIMITS, "reading it took more memory than it may use")
        if code == -protocol.CPU_SIGNAL:
            seconds = self._cpu.total_seconds()
            return ParseError(
                FeedReason.LIMITS, f"reading it took more than {seconds:g} s of processor time"
            )
        how = signal.Signals(-code).name if code < 0 else f"code {code}"
        return ParseError(FeedReason.CRASH, f"the process that read it ended with {how}")


class _Child:
    """One process, and the pipes to it."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, arguments: list[str]) -> _Child:
        path = json.dumps([folder for folder in sys.path if folder])
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-c", _START, path, *arguments),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            limit=2**20,
            start_new_session=True,  # a ^C in the terminal is for the parent
        )
        return cls(process)

    @property
    def alive(self) -> bool:
        replies = self._process.stdout
        return self._process.returncode is None and replies is not None and not replies.at_eof()

    async def ask(self, request: protocol.ParseRequest) -> protocol.ParseReply:
        """Have one document read.  Raise EOFError, OSError or ValueError when the child fails."""
        requests, replies = self._process.stdin, self._process.stdout
        if requests is None or replies is None:
            raise OSError("the child has no pipes")
        requests.writelines(protocol.pack_request(request))
        await requests.drain()
        lengths = await replies.readexactly(protocol.REPLY.size)
        remembered, length = protocol.unpack_lengths(lengths)
        if length + (remembered or 0) > _MAX_REPLY_BYTES:
            raise ValueError("the child's answer is too long")
        memory = None if remembered is None else await replies.readexactly(remembered)
        return protocol.unpack_reply(memory, await replies.readexactly(length))

    async def ended(self) -> int:
        """How it ended, when it hung up on us: its code, or less than zero for a signal."""
        # Killing what has just died would make asyncio lose what it died of.
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_BREATH):
                await self._process.wait()
        return await self.end()

    async def end(self) -> int:
        """Kill it if it lives; return how it ended."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        return await self._process.wait()
