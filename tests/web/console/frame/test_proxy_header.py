"""Tests of the header of a reverse proxy: trusted from the proxy itself and from nobody else."""

from __future__ import annotations

import pytest

from monitor.access.roles import PersonRole
from monitor.store.access.audit_repository import AuditFilter
from tests.web.conftest import Visitor

TRUSTED = {
    "header": "X-Forwarded-User",
    "groups_header": "X-Forwarded-Groups",
    "proxies": ["127.0.0.0/8"],
    "create": True,
    "roles": {"desk": "analyst"},
}
ANN = {"x-forwarded-user": "Ann", "x-forwarded-groups": "desk, it"}
PAGE = "/console/account"


@pytest.fixture
def sign_in_settings(request: pytest.FixtureRequest) -> dict[str, object]:
    return {**TRUSTED, **getattr(request, "param", {})}


@pytest.fixture
def other_settings(sign_in_settings: dict[str, object]) -> dict[str, object]:
    return {"sign_in": sign_in_settings}


async def test_a_trusted_proxy_signs_people_in_with_the_role_of_their_groups(visitor: Visitor):
    page = await visitor.get(PAGE, headers=ANN)
    assert page.status == 200
    assert "You are Ann, analyst" in page.text
    (person,) = visitor.store.people.list()
    assert person.role is PersonRole.ANALYST
    (entry,) = [
        entry
        for entry in visitor.store.audit_log.list(AuditFilter(), limit=5)
        if entry.act == "add person"
    ]
    assert entry.caller == "proxy 127.0.0.1"


async def test_a_form_of_another_site_is_refused_with_the_header_too(visitor: Visitor):
    headers = {**ANN, "sec-fetch-site": "cross-site"}
    assert (await visitor.post("/console/account/preferences", headers=headers)).status == 403


async def test_in_the_api_the_header_only_reads(visitor: Visitor):
    assert (await visitor.get("/api/v1/me", headers=ANN)).status == 200
    assert (await visitor.post("/api/v1/judge", json={"title": "x"}, headers=ANN)).status == 401


async def test_who_has_no_group_is_sent_to_the_sign_in(visitor: Visitor):
    answer = await visitor.get(PAGE, headers={"x-forwarded-user": "Bo"})
    assert answer.status == 303
    assert visitor.store.people.is_empty()


@pytest.mark.parametrize("sign_in_settings", [{"proxies": ["192.0.2.0/24"]}], indirect=True)
async def test_the_header_of_anybody_else_is_ignored(visitor: Visitor):
    forged = {**ANN, "x-forwarded-for": "192.0.2.7"}
    for headers in (ANN, forged):
        assert (await visitor.get(PAGE, headers=headers)).status == 303
    assert visitor.store.people.is_empty()
