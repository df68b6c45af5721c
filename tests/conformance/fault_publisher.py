"""A web server on loopback that sends mutated answers: `python -m tests.conformance.liar`.

It prints its address.  `/N` is answer N, another version of it each time it is asked for; `/good/N`
is a feed without fault.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter

from tests.conformance import mutations

_LANGUAGE = re.compile(rb"<language>[^<]*</language>| xml:lang=.[^'\"]*.")
_asked = Counter[str]()


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One request, one answer, and the connection ends."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ", 2)[1].decode("ascii", "replace").strip("/")
        writer.write(_raw(path))
        await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        pass  # who asked has heard enough
    finally:
        writer.close()


def _raw(path: str) -> bytes:
    if path.isdigit():
        version = _asked[path]
        _asked[path] += 1
        return mutations.answer(int(path), version).raw
    if path.startswith("good"):
        document = mutations.originals().generated[int(path.rpartition("/")[2]) % 12]
        body = _LANGUAGE.sub(b"", document)  # so that ours is found out, too
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=500)
    host, port = server.sockets[0].getsockname()
    print(f"http://{host}:{port}", flush=True)  # noqa: T201 - whoever started it reads it here
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
