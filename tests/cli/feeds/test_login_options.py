"""The options of a feed's login: where the password comes from, and what contradicts itself."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from monitor.cli.feeds.login_options import read_login
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import FeedLogin
from monitor.settings.layers import FEED_LOGIN
from tests.cli.conftest import Terminal

IN_ADDRESS = FeedLogin(user="desk", password="")


@pytest.fixture
def password_file(terminal: Terminal) -> Path:
    """A file with a password and a line break; no password in the environment."""
    path = terminal.folder / "password"
    path.write_text("hunter2\n")
    return path


def test_without_options_the_login_of_the_address_counts():
    assert read_login(None, None) is None
    assert read_login(None, None, IN_ADDRESS) == IN_ADDRESS


def test_the_password_comes_from_the_file_before_the_environment(password_file: Path):
    os.environ[FEED_LOGIN] = "sesame"
    assert read_login("desk", password_file) == FeedLogin(user="desk", password="hunter2")
    assert read_login("desk", None) == FeedLogin(user="desk", password="sesame")


def test_a_user_of_the_address_takes_the_password_of_the_file(password_file: Path):
    login = read_login(None, password_file, IN_ADDRESS)
    assert login == FeedLogin(user="desk", password="hunter2")


def test_nobody_is_asked_for_a_password_where_there_is_no_terminal(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(ConfigError, match=f"add --password-file FILE, or set {FEED_LOGIN}"):
        read_login("desk", None)


@pytest.mark.parametrize(
    ("user", "in_address", "words"),
    [
        (None, None, "--password-file needs --user NAME"),
        ("desk", IN_ADDRESS, "the address has a user name already"),
        (None, FeedLogin(user="desk", password="p"), "the address has a user name already"),
    ],
)
def test_options_that_contradict_the_address_are_refused(password_file, user, in_address, words):
    with pytest.raises(ConfigError, match=words):
        read_login(user, password_file, in_address)
