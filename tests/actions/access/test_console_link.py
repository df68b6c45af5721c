"""Where browsers reach the console, and who may sign in from this machine."""

from __future__ import annotations

import pytest

from monitor.access.roles import PersonRole
from monitor.actions.access.console_link import console_address, local_name, open_console
from monitor.domain.errors import ConfigError
from monitor.runtime.status_file import RunningSettings
from monitor.store.store import Store
from tests.actions.access.conftest import ADDRESS, invite, secret_of
from tests.fakes import NOW


def running(address: str, role: str = "all") -> RunningSettings:
    return RunningSettings(
        pid=7, role=role, config="c", since="2025-06-17T12:00:00Z", address=address
    )


@pytest.mark.parametrize(
    ("changes", "statuses", "url", "hint"),
    [
        ({}, [running("http://127.0.0.1:8081")], "http://127.0.0.1:8081", ""),
        ({}, [running("", "poll"), running("http://[::1]:80")], "http://[::1]:80", ""),
        ({}, [running("http://0.0.0.0:80")], "http://127.0.0.1:80", ""),
        ({}, [running("", "poll")], "http://127.0.0.1:8080", "does not run"),
        ({}, [], "http://127.0.0.1:8080", "does not run"),
        ({}, None, "http://127.0.0.1:8080", ""),
        ({"listen": "0.0.0.0:80"}, None, "http://127.0.0.1:80", ""),
        ({"listen": "[::]:80"}, None, "http://[::1]:80", ""),
        ({"listen": "192.0.2.7:80"}, None, "http://192.0.2.7:80", ""),
        ({"public_url": "https://w.example"}, [running("http://x")], "https://w.example", ""),
        ({"listen": ""}, [], "http://127.0.0.1:8080", 'web.listen = "127.0.0.1:8080"'),
        ({"console": False}, [], "http://127.0.0.1:8080", "the console is off"),
    ],
)
def test_the_address_is_that_of_the_public_or_of_the_running_service(
    settings, changes, statuses, url, hint
):
    web = settings.web.model_copy(update={"listen": "127.0.0.1:8080", "console": True, **changes})
    address = console_address(web, statuses)
    assert address.url == url
    assert hint in address.hint
    assert bool(address.hint) is bool(hint)


@pytest.mark.parametrize(
    ("login", "name"), [("anna", "anna"), ("", "admin"), ("DOMAIN\\anna", "admin")]
)
def test_a_local_admin_is_named_like_the_login_if_that_is_a_name(login, name):
    assert local_name(login) == name


def test_the_first_one_on_this_machine_becomes_admin(empty_store: Store):
    invited = open_console(empty_store, "anna", ADDRESS, NOW)
    assert (invited.person.name, invited.person.role) == ("anna", PersonRole.ADMIN)
    assert len(secret_of(invited.link)) == 43
    again = open_console(empty_store, "anna", ADDRESS, NOW)
    assert again.person == invited.person
    assert again.link != invited.link


def test_the_link_is_for_the_person_of_the_login_with_their_role(empty_store: Store):
    invite(empty_store, "boss", PersonRole.ADMIN)
    bo = invite(empty_store, "bo", PersonRole.VIEWER).person
    assert open_console(empty_store, "bo", ADDRESS, NOW).person == bo


def test_else_it_is_for_the_only_admin_or_for_who_is_named(empty_store: Store):
    boss = invite(empty_store, "boss", PersonRole.ADMIN).person
    assert open_console(empty_store, "root", ADDRESS, NOW).person == boss
    other = invite(empty_store, "other", PersonRole.ADMIN).person
    with pytest.raises(ConfigError, match="monitor console NAME"):
        open_console(empty_store, "root", ADDRESS, NOW)
    assert open_console(empty_store, "root", ADDRESS, NOW, name="Other").person == other
    with pytest.raises(ConfigError, match="no person 'nobody'"):
        open_console(empty_store, "root", ADDRESS, NOW, name="nobody")
