"""The caller of a command is whoever owns the machine's files."""

from __future__ import annotations

from monitor.access.caller import Door, local_caller
from monitor.access.roles import PersonRole
from tests.fakes import NOW


def test_a_command_is_asked_by_an_admin_who_is_no_person_of_the_console():
    caller = local_caller("root", NOW)
    assert (caller.name, caller.role, caller.door) == ("root", PersonRole.ADMIN, Door.COMMAND_LINE)
    assert (caller.scopes, caller.person_key, caller.session_key) == (None, "", "")
