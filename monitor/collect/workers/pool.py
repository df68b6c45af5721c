"""Parser pool: worker processes that parse documents and are killed when one exceeds its limits."""

from __future__ import annotations

import asyncio
import enum
import json
import logging
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from datetime import timedelta

from monitor.collect.workers import protocol
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Fetched, Parsed
from monitor.domain.reasons import FeedReason

log = logging.getLogger(__name__)

MAX_ENTRIES = 10_000
_MAX_REPLY_BYTES = 256 * 2**20
_EXIT_TIMEOUT = 5  # seconds for a child to exit after it closed its pipe

# The child gets our import path, and nothing from its environment or working directory.
_START = (
    "import importlib, json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    " importlib.import_module(sys.argv[2]).main(sys.argv[3:])"
)


class DocumentKind(enum.StrEnum):
    """The kind of documents that a pool parses; the value is the module with `main`."""

    FEEDS = "monitor.collect.workers.worker"
    PAGES = (
        "monitor.collect.fulltext.extract"  # web pages of articles: one entry each, with its text
    )


class ParserPool:
    """Parses documents in child processes, `workers` at a time.

    One document may use `cpu` of processor time, `wall` of real time and `memory_bytes` of its
    child; beyond that the parse fails (ParseError LIMITS) and the child is replaced.  Children
    start when first needed.  Call `close` at the end, in the same event loop.
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        cpu: timedelta = timedelta(seconds=10),
        memory_bytes: int = 512 * 2**20,
        wall: timedelta = timedelta(seconds=30),
        max_entries: int = MAX_ENTRIES,
        kind: DocumentKind = DocumentKind.FEEDS,
    ) -> None:
        self._slots = asyncio.Semaphore(workers)
        self._wall = wall
        self._cpu = cpu
        self._arguments = [kind, str(memory_bytes), str(cpu.total_seconds()), str(max_entries)]
        self._idle: list[_Child] = []
        self._closed = False

    async def parse(self, fetched: Fetched, memory: bytes = b"", /) -> Parsed:
        """Parse a fetched document.  Raise ParseError, whatever the bytes, and nothing else."""
        if not fetched.body:
            raise ParseError(FeedReason.EMPTY_BODY, "the publisher sent an empty document")
        request = protocol.ParseRequest(
            url=fetched.url, content_type=fetched.content_type, body=fetched.body, memory=memory
        )
        async with self._slots:
            outcome = await self._parse_in_child(request)
        if isinstance(outcome, ParseError):
            raise outcome
        if outcome.disagreement:
            fields = {"url": fetched.url, "difference": outcome.disagreement}
            log.warning("parse.readers_disagree", extra=fields)
        return outcome

    async def close(self) -> None:
        """End all children."""
        self._closed = True
        while self._idle:
            await self._idle.pop().end()

    async def _parse_in_child(self, request: protocol.ParseRequest) -> Parsed | ParseError:
        child = await self._child()
        reusable = False
        try:
            async with asyncio.timeout(self._wall.total_seconds()):
                reply = await child.request(request)
            reusable = not (reply.retire or self._closed)
            return reply.outcome
        except TimeoutError:
            seconds = self._wall.total_seconds()
            return ParseError(FeedReason.LIMITS, f"parsing it took longer than {seconds:g} s")
        except (EOFError, OSError, ValueError):
            return self._exit_error(await child.wait_for_exit())
        finally:
            if reusable:
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
                FeedReason.CRASH, f"no process could be started to parse it: {error.strerror}"
            ) from error

    def _exit_error(self, code: int) -> ParseError:
        """The error for a child that exited during a document."""
        if code == protocol.OUT_OF_MEMORY:
            return ParseError(FeedReason.LIMITS, "parsing it took more memory than allowed")
        if code == -protocol.CPU_SIGNAL:
            seconds = self._cpu.total_seconds()
            return ParseError(
                FeedReason.LIMITS, f"parsing it took more than {seconds:g} s of processor time"
            )
        cause = signal.Signals(-code).name if code < 0 else f"code {code}"
        return ParseError(FeedReason.CRASH, f"the process that parsed it ended with {cause}")


class _Child:
    """One worker process and its pipes."""

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
            start_new_session=True,  # ^C in the terminal goes to the parent only
        )
        return cls(process)

    @property
    def alive(self) -> bool:
        replies = self._process.stdout
        return self._process.returncode is None and replies is not None and not replies.at_eof()

    async def request(self, request: protocol.ParseRequest) -> protocol.ParseReply:
        """Send one document, await its reply.  Raise EOFError, OSError or ValueError on failure."""
        requests, replies = self._process.stdin, self._process.stdout
        if requests is None or replies is None:
            raise OSError("the child has no pipes")
        requests.writelines(protocol.pack_request(request))
        await requests.drain()
        (length,) = protocol.REPLY.unpack(await replies.readexactly(protocol.REPLY.size))
        if length > _MAX_REPLY_BYTES:
            raise ValueError("the child's reply is too long")
        return protocol.unpack_reply(await replies.readexactly(length))

    async def wait_for_exit(self) -> int:
        """Wait for a child that closed its pipe; return its exit code, negative for a signal."""
        # A kill before the exit is reaped would make asyncio lose the real exit code.
        with suppress(TimeoutError):
            async with asyncio.timeout(_EXIT_TIMEOUT):
                await self._process.wait()
        return await self.end()

    async def end(self) -> int:
        """Kill the process if it still runs; return its exit code."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        return await self._process.wait()
