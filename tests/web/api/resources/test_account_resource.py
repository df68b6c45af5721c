"""Tests of people, sessions, tokens and the audit log over the API."""

from __future__ import annotations

from monitor.access.roles import PersonRole, Scope
from tests.web.api.conftest import Program, program
from tests.web.conftest import Visitor


async def test_a_program_learns_what_it_may(visitor: Visitor) -> None:
    narrow = program(visitor, PersonRole.ADMIN, {Scope.ARTICLES_READ}, name="narrow")
    me = (await narrow.get("/me")).json()
    assert me["name"] == "narrow"
    assert me["scopes"] == ["articles:read"]
    assert me["acts"] == ["read articles", "export articles", "read one's own account"]


async def test_a_person_is_added_gets_another_role_and_is_removed(admin: Program) -> None:
    added = await admin.post("/people", {"name": "Anna", "role": "viewer", "reason": "new desk"})
    assert added.status == 201
    assert "/console/sign-in/link/" in added.json()["link"]
    changed = await admin.ask("PATCH", "/people/anna", json={"role": "analyst"})
    assert changed.json() == {"name": "Anna", "role": "analyst", "before": "viewer"}
    assert [person["name"] for person in (await admin.get("/people")).json()["items"]] == ["Anna"]
    assert (await admin.ask("DELETE", "/people/Anna")).status == 204
    assert (await admin.ask("DELETE", "/people/Anna")).status == 404


async def test_a_new_link_replaces_the_old_one(admin: Program) -> None:
    first = (await admin.post("/people", {"name": "Anna", "role": "viewer"})).json()["link"]
    second = (await admin.post("/people/Anna/link")).json()["link"]
    assert first != second


async def test_changes_are_in_the_audit_log_page_by_page(admin: Program) -> None:
    await admin.post("/people", {"name": "Anna", "role": "viewer"})
    await admin.ask("PATCH", "/people/Anna", json={"role": "operator", "reason": "night shift"})
    first = await admin.get("/audit", params={"limit": "1"})
    [entry] = first.json()["items"]
    assert (entry["act"], entry["target"]) == ("change role", "Anna")
    assert (entry["door"], entry["caller"]) == ("api", "provisioning")
    assert entry["reason"] == "night shift"
    second = await admin.get("/audit", params={"limit": "1", "after": first.json()["next"]})
    assert second.json()["items"][0]["number"] < entry["number"]


async def test_tokens_are_listed_without_secrets_and_removed(
    visitor: Visitor, admin: Program
) -> None:
    program(visitor, PersonRole.VIEWER, name="old dashboard")
    listed = await admin.get("/tokens")
    assert "old dashboard" in [token["name"] for token in listed.json()["items"]]
    assert "wpt_" not in listed.text
    assert (await admin.ask("DELETE", "/tokens/old%20dashboard")).status == 204
    assert (await admin.ask("DELETE", "/tokens/old%20dashboard")).status == 404


async def test_sessions_are_listed_and_ended(admin: Program) -> None:
    assert (await admin.get("/sessions")).json()["items"] == []
    assert (await admin.ask("DELETE", "/sessions/123456789012")).status == 404
