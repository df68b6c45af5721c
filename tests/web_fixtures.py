"""A loopback server that sends raw bytes over a real socket, faults included."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import socket
import struct
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.net import egress

LOOPBACK = (ip_network("127.0.0.0/8"),)
Answer = Callable[["Call"], Awaitable[None]]

RSS = (
    b'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>T</title>'
    b"<item><title>One</title><guid>1</guid></item></channel></rss>"
)


@dataclass
class Call:
    """One request, with methods that answer it."""

    target: str
    headers: dict[str, str]
    writer: asyncio.StreamWriter

    async def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()

    async def reply(
        self,
        body: bytes = RSS,
        status: str = "200 OK",
        *,
        length: int | None = None,
        **headers: str,
    ) -> None:
        """Send a complete answer; `length` replaces the true Content-Length."""
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.send("\r\n".join([*lines, "", ""]).encode("latin-1"), body)

    def reset(self) -> None:
        """Reset the connection, as a crash does."""
        connection = self.writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


@dataclass
class Server:
    """Answers each path as prepared; closes the connection after each answer."""

    answers: dict[str, Answer] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    base: str = ""

    def on(self, path: str, answer: Answer) -> str:
        """Answer this path so; return its address."""
        self.answers[path] = answer
        return self.base + path

    def serve(self, path: str, body: bytes = RSS, status: str = "200 OK", **headers: str) -> str:
        """Answer this path always the same; return its address."""

        async def answer(call: Call) -> None:
            await call.reply(body, status, **headers)

        return self.on(path, answer)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            pairs = (line.split(": ", 1) for line in head[1:] if line)
            call = Call(head[0].split()[1], {name.lower(): value for name, value in pairs}, writer)
            self.calls.append(call)
            await self.answers[call.target](call)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client went away, as some tests want it to
        finally:
            writer.close()


class Names(AbstractResolver):
    """A DNS resolver: each look-up gets the next of its answers; the last one is repeated."""

    def __init__(self, *answers: list[str] | OSError) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        self.asked.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, OSError):
            raise answer
        return [
            ResolveResult(hostname=host, host=ip, port=port, family=family, proto=0, flags=0)
            for ip in answer
        ]

    async def close(self) -> None:
        pass


def bomb(megabytes: int) -> bytes:
    """Zero bytes, compressed a thousandfold by gzip."""
    return gzip.compress(bytes(megabytes * 2**20))


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A server on loopback; connections that hang are cut at the end."""
    server = Server()
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.ensure_future(server.handle(reader, writer)))

    listening = await asyncio.start_server(accept, "127.0.0.1", 0)
    host, port = listening.sockets[0].getsockname()
    server.base = f"http://{host}:{port}"
    try:
        yield server
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for call in server.calls:
            transport = call.writer.transport
            if not transport.is_closing() or transport.get_write_buffer_size():
                transport.abort()
        await asyncio.sleep(0)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """A guarded session that may reach loopback."""
    async with egress.open_session(allow=LOOPBACK) as opened:
        yield opened


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("making a certificate needs the openssl command")
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = f"{openssl} req -x509 -nodes -days 2 -subj /CN=test -newkey ec"
    command += " -pkeyopt ec_paramgen_curve:prime256v1 -addext subjectAltName=IP:127.0.0.1"
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command.split(), *files], check=True, capture_output=True, timeout=20)
    return certificate, key
