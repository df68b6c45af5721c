"""Tests of who gets through to a route of the console."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, FastAPI

from monitor.access.permissions import Act
from monitor.actions.reading.explanations import ExplainerCache
from monitor.web.application import add_console
from monitor.web.console.frame.error_pages import SIGN_IN
from monitor.web.console.frame.place_router import acts_of_places
from monitor.web.site.site_health import SiteHealth
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member

OPEN_TO_EVERYBODY = {
    SIGN_IN,
    "/console/sign-in/link/{secret}",
    "/console/sign-in/passkey",
    "/console/static/{name}",
}


def test_every_route_of_the_console_names_its_act(visitor: Visitor) -> None:
    app = FastAPI()
    add_console(app, visitor.site, SiteHealth(visitor.site), ExplainerCache(visitor.site.settings))
    acts = acts_of_places(app)
    assert len(acts) > 5
    assert acts["POST /console/sign-out"] is Act.END_OWN_SESSIONS
    is_open = {route.partition(" ")[2] for route, act in acts.items() if act is None}
    assert is_open == OPEN_TO_EVERYBODY


async def test_the_head_of_a_page_is_that_of_the_page(admin: Member) -> None:
    page, head = await admin.get("/console/people"), await admin.head("/console/people")
    assert head.status == 200
    assert head.headers["content-type"] == page.headers["content-type"]
    assert head.text == ""


def test_a_route_whose_act_can_not_be_listed_is_refused() -> None:
    router, hidden = APIRouter(), FastAPI()
    router.add_api_route("/console/hidden", lambda: None)
    hidden.include_router(router)
    with pytest.raises(KeyError):
        acts_of_places(hidden)
    without_act = FastAPI()
    without_act.router.routes.extend(router.routes)
    with pytest.raises(KeyError):
        acts_of_places(without_act)


async def test_a_viewer_is_told_who_may_mark(viewer: Member) -> None:
    answer = await viewer.get("/console/flagged.csv")
    assert answer.status == 403
    assert answer.json()["detail"] == (
        f"To {Act.EXPORT_ARTICLES} one must be analyst or above: ask an admin."
    )


async def test_a_form_from_another_site_is_refused(admin: Member) -> None:
    answer = await admin.post("/console/sign-out", headers={"sec-fetch-site": "cross-site"})
    assert answer.status == 403
    assert (await admin.get("/console/")).status == 200


async def test_a_foreign_host_is_refused_whoever_asks(admin: Member) -> None:
    answer = await admin.get("/console/", headers={"host": "evil.example"})
    assert answer.status == 421
    assert "web.hosts" in answer.text


async def test_a_fragment_asked_for_by_htmx_leads_the_whole_page_to_the_sign_in(
    visitor: Visitor,
) -> None:
    answer = await visitor.get("/console/live", headers={"hx-request": "true"})
    assert answer.status == 401
    assert answer.headers["hx-redirect"].startswith(SIGN_IN)


async def test_errors_are_pages_that_say_what_to_do(admin: Member) -> None:
    missing = await admin.get("/console/articles/123456")
    assert missing.status == 404
    assert "There is no such page" in missing.text
    wrong = await admin.get("/console/", params={"q": "theme:(arms"})
    assert wrong.status == 400
    assert "character" in wrong.text
