"""Who runs a command is named in the audit log."""

from __future__ import annotations

import getpass
from functools import partial

import pytest

from monitor.actions.collecting import feeds
from monitor.cli.access import local_caller
from monitor.domain.errors import StoreError
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.fakes import NOW, feed


def test_the_caller_has_the_name_of_the_login(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LOGNAME", "anna")
    assert local_caller.caller(NOW).name == "anna"


def test_a_user_without_a_name_is_the_command_line(monkeypatch: pytest.MonkeyPatch):
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 10001")

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert local_caller.login_name() == "command line"


def test_a_change_that_can_not_be_recorded_is_not_made(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    def cut(_entry: object) -> None:
        raise StoreError("the disk is full")

    store.feeds.add(feed("f"))
    monkeypatch.setattr(store.audit_log, "add", cut)
    remove = partial(feeds.remove_feed, store, "f")
    with pytest.raises(StoreError, match="disk"):
        local_caller.recorded(store, "remove feed", remove, lambda removed: removed.url)
    assert store.feeds.list() == [feed("f")]
    monkeypatch.undo()
    local_caller.recorded(store, "remove feed", remove, lambda removed: removed.url)
    assert store.feeds.list() == []
    [entry] = store.audit_log.list(AuditFilter(), 10)
    assert (entry.act, entry.target) == ("remove feed", feed("f").url)
