"""Whether another service runs on the same database file."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.domain.errors import StoreError
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
