"""`monitor console`: a link that signs in whoever owns this machine."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Mapping
from typing import Annotated

import typer

from monitor.cli import invocation
from monitor.cli.access import local_caller
from monitor.cli.access.people_commands import print_link
from monitor.cli.options import Json
from monitor.runtime import clock


def console(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(help="Who signs in; else the person named like your login.")
    ] = "",
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Print the link, do not open it.")
    ] = False,
    json: Json = False,
) -> None:
    """Print a sign-in link to the console; a desktop opens it.

    The link works once and within 15 minutes.  Where nobody may sign in yet, it adds an admin with
    the name of your login.
    """
    from monitor.actions.access.console_link import open_console

    now = clock.now()
    address = local_caller.console_address(context, now)
    with invocation.open_store(context) as store:
        login = local_caller.login_name()
        invited = open_console(store, login, address.url, now, name=name)
    print_link(invited, address, json=json)
    is_open = not address.hint
    if is_open and not (no_open or json) and has_desktop(os.environ, sys.platform):
        webbrowser.open(invited.link)


def has_desktop(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a browser would open before the eyes of whoever runs the command."""
    if not sys.stdout.isatty() or "SSH_CONNECTION" in environment:
        return False
    if platform in ("darwin", "win32"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
