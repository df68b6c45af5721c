"""Options for a feed's user name and password, which `feeds add` and `feeds login` share."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor.actions.collecting import feed_logins
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import FeedLogin
from monitor.settings.layers import FEED_LOGIN

User = Annotated[
    str | None,
    typer.Option(
        "--user",
        metavar="NAME",
        help=f"User name (HTTP Basic); asks for the password, or reads it from {FEED_LOGIN}.",
    ),
]
PasswordFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Read the password from this file, or /dev/stdin."),
]


def read_login(
    user: str | None, password_file: Path | None, in_address: FeedLogin | None = None
) -> FeedLogin | None:
    """The login of these options, else the one that the address held.  Raise ConfigError."""
    if user is None and password_file is None:
        return in_address
    if in_address is not None and (in_address.password or user is not None):
        raise ConfigError("the address has a user name already: leave it out, or the options")
    name = user if in_address is None else in_address.user
    if name is None:
        raise ConfigError("--password-file needs --user NAME")
    return feed_logins.feed_login(name, _password(password_file))


def _password(file: Path | None) -> str:
    if file is not None:
        return feed_logins.read_password(file)
    if FEED_LOGIN in os.environ:
        return os.environ[FEED_LOGIN]
    if not sys.stdin.isatty():
        raise ConfigError(f"--user needs a password: add --password-file FILE, or set {FEED_LOGIN}")
    return str(typer.prompt("Password", hide_input=True, err=True))
