"""Whether another service runs on the same database file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.domain.errors import StoreError
from monitor.runtime.process import Role
from monitor.runtime.service_lock import service_lock
from monitor.store.store import Store


def test_a_second_service_sees_the_first_and_no_later_one_does(tmp_path):
    file = tmp_path / "watchpost.db"
    with service_lock(file) as first:
        assert not first
        with service_lock(file) as second, service_lock(file) as third:
            assert second
            assert third
        with service_lock(tmp_path / "other.db") as other:
            assert not other
    with service_lock(file) as after:
        assert not after


def test_a_folder_that_does_not_exist_has_no_other_service(tmp_path):
    with service_lock(tmp_path / "nowhere" / "watchpost.db") as shared:
        assert not shared


def test_the_lock_file_that_a_service_leaves_keeps_a_lost_database_from_being_made_anew(
    tmp_path: Path,
) -> None:
    file = tmp_path / "watchpost.db"
    Store.open(f"sqlite:///{file}").close()
    with service_lock(file):
        pass
    file.unlink()
    with pytest.raises(StoreError, match=r"watchpost\.db\.services shows that a service used it"):
        Store.open(f"sqlite:///{file}")
    assert not file.exists()
    (tmp_path / "watchpost.db.services").unlink()
    Store.open(f"sqlite:///{file}").close()


_HOLD = """
import sys
from pathlib import Path
from monitor.runtime.service_lock import service_lock
with service_lock(Path(sys.argv[1]), works=tuple(sys.argv[2].split())):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def other_process(file: Path, works: str) -> Iterator[subprocess.Popen[str]]:
    """A process that holds these locks until the block ends."""
    command = [sys.executable, "-c", _HOLD, str(file), works]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_service_on_one_file_is_refused_by_the_name_of_the_first(tmp_path: Path) -> None:
    file = tmp_path / "watchpost.db"
    with other_process(file, "polls delivers") as first:
        for role in (Role.ALL, Role.POLL, Role.DELIVER):
            with (
                pytest.raises(StoreError, match=rf"process {first.pid} already \w+ with this"),
                service_lock(file, works=role.works),
            ):
                pass
        with service_lock(file, works=Role.WEB.works) as is_shared:
            assert is_shared


def test_two_roles_share_the_work_on_one_file(tmp_path: Path) -> None:
    file = tmp_path / "watchpost.db"
    with other_process(file, "polls"), service_lock(file, works=Role.DELIVER.works) as is_shared:
        assert is_shared


def test_the_lock_of_a_process_that_was_killed_refuses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "watchpost.db"
    with other_process(file, "polls delivers"):
        pass
    with service_lock(file, works=Role.ALL.works) as is_shared:
        assert not is_shared
