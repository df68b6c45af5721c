"""The caller of a command, and the address of the console for the links that it prints."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import typer

from monitor.access.caller import Caller, local_caller
from monitor.cli import invocation
from monitor.runtime import clock

if TYPE_CHECKING:
    from monitor.actions.access.console_link import ConsoleAddress
    from monitor.store.store import Store

ChangedT = TypeVar("ChangedT")
_UNKNOWN_LOGIN = "command line"


def login_name() -> str:
    """The name of who runs this process, for the audit log."""
    with suppress(OSError, KeyError, ImportError):  # a container's user may have no name
        return getpass.getuser()
    return _UNKNOWN_LOGIN


def caller(now: datetime) -> Caller:
    """Who runs the command."""
    return local_caller(login_name(), now)


def record(
    store: Store,
    act: str,
    target: str,
    *,
    after: Mapping[str, object] | None = None,
    reason: str = "",
) -> None:
    """Write what this command changed into the audit log; `after` may hold no secret."""
    from monitor.actions.access import audit_log

    now = clock.now()
    changed = audit_log.Changed(after=after, reason=reason)
    audit_log.record(store, caller(now), act, target, now, changed)


def recorded(
    store: Store,
    act: str,
    change: Callable[[], ChangedT],
    target: Callable[[ChangedT], str],
    *,
    after: Mapping[str, object] | None = None,
) -> ChangedT:
    """Make this change and write it into the audit log, in one transaction: both or neither.

    `target` names what was changed.  `change` runs again when the connection is lost, so it must
    change nothing but the database.
    """

    def both() -> ChangedT:
        changed = change()
        record(store, act, target(changed), after=after)
        return changed

    return store.together(both)


def console_address(context: typer.Context, now: datetime) -> ConsoleAddress:
    """Where browsers reach the console of these settings."""
    from monitor.actions.access import console_link
    from monitor.runtime import status_file

    file = invocation.file(context)
    running = None if file is None else list(status_file.read(file.absolute(), now))
    return console_link.console_address(invocation.settled_settings(context).web, running)
