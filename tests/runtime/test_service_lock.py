"""Whether another service runs on the same database file."""

from __future__ import annotations

from monitor.runtime.service_lock import service_lock


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
