"""Tests of the place People and of the audit log over a real socket."""

from __future__ import annotations

from monitor.actions.access import people
from tests.web.conftest import Visitor
from tests.web.console.conftest import SAME_ORIGIN, Member


async def test_an_admin_adds_a_person_with_a_link_that_is_shown_once(
    visitor: Visitor, admin: Member
) -> None:
    page = await admin.post("/console/people", {"name": "Vera", "role": "viewer"})
    assert page.status == 200
    link = page.text.partition("<pre>")[2].partition("</pre>")[0]
    assert link.startswith(f"{visitor.base}/console/sign-in/link/")
    assert link not in (await admin.get("/console/people")).text
    path = link.removeprefix(visitor.base)
    assert (await visitor.post(path, headers=SAME_ORIGIN)).status == 303
    listed = (await admin.get("/console/people.json")).json()["items"]
    assert [(person["name"], person["role"]) for person in listed] == [
        ("Ada", "admin"),
        ("Vera", "viewer"),
    ]


async def test_a_role_is_changed_and_the_last_admin_stays(
    visitor: Visitor, admin: Member, viewer: Member
) -> None:
    await admin.post("/console/people/role", {"name": "Vera", "role": "operator"})
    assert people.find_person(visitor.store, "Vera").role == "operator"
    await admin.post("/console/people/role", {"name": "Ada", "role": "viewer"})
    assert people.find_person(visitor.store, "Ada").role == "admin"
    await admin.post("/console/people/remove", {"name": "Vera"})
    assert (await viewer.get("/console/")).status == 303


async def test_every_change_is_in_the_audit_log(admin: Member, viewer: Member) -> None:
    await admin.post("/console/people/role", {"name": "Vera", "role": "operator"})
    page = await admin.get("/console/audit")
    assert "change role" in page.text
    assert "viewer" in page.text
    assert "127.0.0.1" in page.text


async def test_only_an_admin_sees_people(analyst: Member) -> None:
    assert (await analyst.get("/console/people")).status == 403
    assert "/console/people" not in (await analyst.get("/console/")).text


async def test_the_audit_log_is_a_document_and_a_table_too(admin: Member, viewer: Member) -> None:
    entries = (await admin.get("/console/audit.json")).json()["entries"]
    assert {entry["act"] for entry in entries} >= {"sign in"}
    table = (await admin.get("/console/audit.csv")).text.splitlines()
    assert table[0] == "number,at,caller,door,act,target,before,after,reason,from"
    assert len(table) == len(entries) + 1
    older = (await admin.get(f"/console/audit.json?before={entries[-1]['number']}")).json()
    assert older == {"entries": [], "next": None}
    for address in ("/console/audit.json", "/console/audit.csv"):
        assert (await viewer.get(address)).status == 403


async def test_the_audit_log_is_a_feed_too(admin: Member, viewer: Member) -> None:
    await admin.post("/console/people/role", {"name": "Vera", "role": "operator"})
    feed = await admin.get("/console/audit.atom")
    assert feed.status == 200
    assert "Ada: change role Vera</title>" in feed.text
    assert '{"role": "viewer"} → {"role": "operator"}' in feed.text.replace("&quot;", '"')
    assert (await viewer.get("/console/audit.atom")).status == 403


async def test_people_are_a_table_too(admin: Member, viewer: Member) -> None:
    assert "/console/people.csv" in (await admin.get("/console/people")).text
    rows = (await admin.get("/console/people.csv")).text.splitlines()
    assert rows[0] == "name,role,created_at,has_password,passkeys,sessions,tokens,used_at"
    assert [row.partition(",")[0] for row in rows[1:]] == ["Ada", "Vera"]
    assert (await viewer.get("/console/people.csv")).status == 403
