"""People of the console, and who asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.access.accounts import Person
from monitor.access.caller import Caller, Door, local_caller
from monitor.access.roles import PersonRole
from monitor.actions.access.people import InvitedPerson, NewPerson, add_person
from monitor.store.store import Store
from tests.fakes import NOW

ROOT = local_caller("root", NOW)
ADDRESS = "https://watch.example"


def invite(store: Store, name: str, role: PersonRole = PersonRole.ANALYST) -> InvitedPerson:
    """Add a person as a command does."""
    return add_person(store, NewPerson(name=name, role=role), ROOT, ADDRESS, NOW)


def secret_of(link: str) -> str:
    """The secret at the end of a sign-in link."""
    return link.rpartition("/")[2]


def in_console(person: Person) -> Caller:
    """The person, signed in to the console just now."""
    caller = replace(ROOT, name=person.name, role=person.role, door=Door.CONSOLE)
    return replace(caller, person_key=person.key, address="192.0.2.7")


@pytest.fixture
def ann(empty_store: Store) -> Person:
    """An analyst."""
    return invite(empty_store, "Ann").person
