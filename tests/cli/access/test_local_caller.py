"""Who runs a command is named in the audit log."""

from __future__ import annotations

import getpass

import pytest

from monitor.cli.access import local_caller
from tests.fakes import NOW


def test_the_caller_has_the_name_of_the_login(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LOGNAME", "anna")
    assert local_caller.caller(NOW).name == "anna"


def test_a_user_without_a_name_is_the_command_line(monkeypatch: pytest.MonkeyPatch):
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 10001")

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert local_caller.login_name() == "command line"
