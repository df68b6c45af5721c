"""Memory of a long download: `python -m tests.bench.json_lines [--articles 1000000]`.

A site in a process of its own sends every article of a SQLite database as JSON Lines to a client
that keeps nothing; the growth of that process is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

import aiohttp
import psutil
from sqlalchemy import Connection, literal_column, select, text

from monitor.access.roles import PersonRole
from monitor.store.schema.tables import article_numbers, articles
from monitor.store.store import Store
from tests.api.running_api import running_api


def fill(database: str, number: int) -> None:
    """Copy one stored article so many times, each under a key of its own."""
    with Store.open(database) as store:
        store._database.write(lambda connection: _copies(connection, number))


def _copies(connection: Connection, number: int) -> None:
    first = connection.scalar(select(articles.c.key).limit(1))
    numbers = (
        "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted"
        f" WHERE n < {number})"
    )
    key = literal_column("printf('%064x', n)")
    columns = ", ".join(f'"{column.name}"' for column in articles.columns)
    values = ", ".join(
        str(key) if column.name in ("key", "copy_key") else f'a."{column.name}"'
        for column in articles.columns
    )
    connection.execute(
        text(
            f"INSERT INTO articles ({columns}) {numbers} SELECT {values}"
            " FROM counted, articles AS a WHERE a.key = :first"
        ),
        {"first": first},
    )
    connection.execute(
        text(f"INSERT INTO article_numbers (key) {numbers} SELECT {key} FROM counted")
    )
    assert connection.scalar(select(article_numbers.c.number).limit(1))


async def _serve(folder: Path, number: int, pipe: Pipe) -> None:
    database = f"sqlite:///{folder / 'articles.db'}"
    async with running_api(database, folder) as api:
        await asyncio.to_thread(fill, database, number)
        pipe.send((api.address, api.tokens[PersonRole.ANALYST]))
        await asyncio.to_thread(pipe.recv)


def _process(folder: str, number: int, pipe: Pipe) -> None:
    asyncio.run(_serve(Path(folder), number, pipe))


async def _download(address: str, token: str, site: psutil.Process) -> tuple[int, int, int]:
    """Lines, and the memory of the site after the first 5,000 of them and at most."""
    lines = start = peak = 0
    headers = {"authorization": f"Bearer {token}"}
    timeout = aiohttp.ClientTimeout(total=None)
    async with (
        aiohttp.ClientSession(headers=headers, timeout=timeout) as session,
        session.get(f"{address}/api/v1/articles.jsonl") as answer,
    ):
        answer.raise_for_status()
        async for part in answer.content.iter_any():
            lines += part.count(b"\n")
            memory = site.memory_info().rss
            start = start or (memory if lines >= 5_000 else 0)
            peak = max(peak, memory)
    return lines, start, peak


def main() -> int:
    """Run it as the command line says; 0 when every line came within 30 MB."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.json_lines", description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        near_end, far_end = get_context("spawn").Pipe()
        process = get_context("spawn").Process(
            target=_process, args=(folder, options.articles, far_end)
        )
        process.start()
        site = psutil.Process(process.pid)
        address, token = near_end.recv()
        before = site.memory_info().rss
        lines, start, peak = asyncio.run(_download(address, token, site))
        near_end.send("done")
        process.join()
    sys.stdout.write(
        f"{lines:,} lines; the site had {before / 1e6:.0f} MB before,"
        f" {(peak - before) / 1e6:.1f} MB more at most, of it {(peak - start) / 1e6:.1f} MB after"
        " the first 5,000 lines\n"
    )
    return int(lines < options.articles or peak - before > 30e6)


if __name__ == "__main__":
    sys.exit(main())
