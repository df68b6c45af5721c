"""Receivers of calls and of mail on loopback that answer by a script."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(talk: Talk, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server that talks so with each who comes; its port.  At the end talks are cut."""
    talks: set[asyncio.Task[None]] = set()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (OSError, EOFError):
            pass  # the other side went, or a script says to
        finally:
            writer.transport.abort()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.ensure_future(take(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await server.wait_closed()


@asynccontextmanager
async def fault_tool(
    shared: Path, name: str, *words: str
) -> AsyncIterator[tuple[int, asyncio.StreamReader]]:
    """One of the shared misbehaving servers, as a process of its own: its port and its ledger."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(shared / "tools" / name),
        str(port),
        *words,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            while True:
                with suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    break
                await asyncio.sleep(0.02)
        yield port, process.stdout
    finally:
        process.kill()
        await process.wait()


# ── of calls ─────────────────────────────────────────────────────────────────────────────────────

DRIP, RESET, CLOSE, HANG, ENDLESS = "drip", "reset", "close", "hang", "endless"


def reply(status: str, *headers: str, text: str = "") -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(text.encode())}", *headers]
    return ("\r\n".join(head) + "\r\n\r\n" + text).encode()


@dataclass
class Receiver:
    """A receiver on loopback that answers as it is told, and remembers what came."""

    policy: bytes | str = b""
    url: str = ""
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await self._take(reader)
            await self._answer(writer)

    async def _take(self, reader: asyncio.StreamReader) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if line)
        sent = await reader.readexactly(int(headers["Content-Length"]))
        self.requests.append((lines[0], headers, sent))

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        if isinstance(self.policy, bytes):
            writer.write(self.policy)
            return
        if self.policy == RESET:
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        if self.policy in (RESET, CLOSE):
            raise ConnectionError
        if self.policy == HANG:
            await asyncio.Event().wait()
        octets = b"x" if self.policy == DRIP else b"x" * 65_536
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n")
        while True:
            writer.write(octets)
            await writer.drain()
            await asyncio.sleep(0.02 if self.policy == DRIP else 0)


@asynccontextmanager
async def receiving(
    policy: bytes | str, context: ssl.SSLContext | None = None
) -> AsyncIterator[Receiver]:
    receiver = Receiver(policy=policy)
    scheme = "https" if context else "http"
    async with listening(receiver.serve, context) as port:
        receiver.url = f"{scheme}://127.0.0.1:{port}/hook/s3cret?t=s3cret"
        yield receiver


# ── of mail ──────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Scripted:
    """A mail server that answers as its script says, and remembers what it was asked."""

    script: dict[str, str]
    lines: list[str] = field(default_factory=list)
    port: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._say(writer, "BANNER", "220 ready")
        while line := await reader.readline():
            self.lines.append(line.decode().strip())
            verb = line[:4].decode().upper().strip()
            usual = {"EHLO": "250-here\r\n250 AUTH PLAIN", "DATA": "354 go", "QUIT": "221 bye"}
            answer = await self._say(writer, verb, usual.get(verb, "250 ok"))
            if verb == "DATA" and answer.startswith("354"):
                await reader.readuntil(b"\r\n.\r\n")
                await self._say(writer, "DOT", "250 queued")

    async def _say(self, writer: asyncio.StreamWriter, stage: str, usual: str) -> str:
        answer = self.script.get(stage, usual)
        if answer == "DROP":
            raise EOFError
        if answer == "HANG":
            await asyncio.Event().wait()
        writer.write(f"{answer}\r\n".encode())
        await writer.drain()
        return answer


@asynccontextmanager
async def scripted(script: str = "") -> AsyncIterator[Scripted]:
    steps = dict(step.split("=", 1) for step in script.split(";") if step)
    server = Scripted(script=steps)
    async with listening(server.talk) as server.port:
        yield server
