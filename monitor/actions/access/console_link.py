"""Links to the console: its address, and a sign-in link for whoever owns this machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.access import name_rules
from monitor.access.caller import local_caller
from monitor.access.roles import PersonRole
from monitor.actions.access.people import (
    InvitedPerson,
    NewPerson,
    add_person,
    find_person,
    invite_person,
    person_key,
)
from monitor.domain.errors import ConfigError

if TYPE_CHECKING:
    from monitor.access.accounts import Person
    from monitor.runtime.status_file import RunningSettings
    from monitor.settings.sections import WebSettings
    from monitor.store.store import Store

DEFAULT_LISTEN = "127.0.0.1:8080"
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not listened at
_FALLBACK_NAME = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleAddress:
    """Where browsers reach the console, and what must be done before they do."""

    url: str  # "http://127.0.0.1:8080", without a path
    hint: str  # empty: nothing


def console_address(web: WebSettings, running: Iterable[RunningSettings] | None) -> ConsoleAddress:
    """The address by the settings and the status files; `running` is None where nobody can know."""
    statuses = None if running is None else [status for status in running if status.address]
    hint = ""
    if not web.console or not web.listen:
        hint = (
            "the console is off: set `web.console = true` and"
            f' `web.listen = "{web.listen or DEFAULT_LISTEN}"`, then start the service anew'
        )
    elif statuses == []:
        hint = "the service does not run: start it within 15 minutes, then open the link"
    if web.public_url:
        return ConsoleAddress(url=web.public_url, hint=hint)
    if statuses:
        return ConsoleAddress(url=browser_url(statuses[0].address), hint=hint)
    return ConsoleAddress(url=browser_url(web.listen or DEFAULT_LISTEN), hint=hint)


def browser_url(address: str) -> str:
    """The address for a browser of this machine: "0.0.0.0:8080" → "http://127.0.0.1:8080"."""
    host, _, port = address.removeprefix("http://").rpartition(":")
    host = host.strip("[]")
    host = _ANY_ADDRESS.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def local_name(login_name: str) -> str:
    """The name of a local admin: that of the login, if people can have it."""
    name = name_rules.clean_name(login_name)
    return _FALLBACK_NAME if name_rules.name_fault(name) else name


def open_console(
    store: Store, login_name: str, address: str, now: datetime, *, name: str = ""
) -> InvitedPerson:
    """A link for the person `name`; by default for the local admin, who is added if nobody is.

    The local admin is the person named like the login, else the only admin.  Raise ConfigError when
    it is not clear who is meant.
    """
    caller = local_caller(login_name, now)
    person = find_person(store, name) if name else local_admin(store, login_name)
    if person is not None:
        return invite_person(store, person, caller, address, now)
    if not store.people.is_empty():
        raise ConfigError(
            "name who signs in: `monitor console NAME`; `monitor people list` shows the people,"
            " `monitor people add NAME --role admin` adds an admin"
        )
    request = NewPerson(name=local_name(login_name), role=PersonRole.ADMIN)
    return add_person(store, request, caller, address, now)


def local_admin(store: Store, login_name: str) -> Person | None:
    """The person named like the login, else the only admin, else None."""
    person = store.people.by_key(person_key(local_name(login_name)))
    if person is not None:
        return person
    admins = [person for person in store.people.list() if person.role is PersonRole.ADMIN]
    return admins[0] if len(admins) == 1 else None
