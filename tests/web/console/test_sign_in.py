"""Tests of signing in and out over a real socket."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.access.caller import local_caller
from monitor.access.roles import PersonRole
from monitor.actions.access import passwords, people
from monitor.actions.access.people import NewPerson
from tests.web.conftest import Visitor
from tests.web.console.conftest import SAME_ORIGIN, Member

PASSWORD = "granite teapot orbit seven"


def invite(visitor: Visitor, role: PersonRole = PersonRole.ADMIN) -> str:
    """The address of a one-time link for a new person."""
    now = visitor.clock()
    caller = local_caller("test", now)
    return people.add_person(visitor.store, NewPerson(name="Ada", role=role), caller, "", now).link


async def test_before_the_first_person_the_page_says_the_command(visitor: Visitor) -> None:
    page = await visitor.get("/console/sign-in")
    assert page.status == 200
    assert "monitor people add NAME --role admin" in page.text
    assert "password" not in page.text.partition("<form")[2]


async def test_a_link_is_not_used_up_by_looking_at_it(visitor: Visitor) -> None:
    link = invite(visitor)
    for _ in range(2):  # a mail program looks first
        page = await visitor.get(link)
        assert "Sign in as Ada" in page.text
    answer = await visitor.post(link, headers=SAME_ORIGIN)
    assert answer.status == 303
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await visitor.post(link, headers=SAME_ORIGIN)).status == 410
    assert "This link does not work" in (await visitor.get(link)).text


async def test_a_link_ends_after_fifteen_minutes(visitor: Visitor) -> None:
    link = invite(visitor)
    visitor.clock.later(timedelta(minutes=15, seconds=1))
    answer = await visitor.post(link, headers=SAME_ORIGIN)
    assert answer.status == 410
    assert "set-cookie" not in answer.headers


async def test_a_cookie_over_https_is_for_this_host_alone(visitor: Visitor) -> None:
    answer = await visitor.post(
        invite(visitor), headers={**SAME_ORIGIN, "x-forwarded-proto": "https"}
    )
    assert answer.headers["set-cookie"].startswith("__Host-watchpost-session=")
    assert "Secure" in answer.headers["set-cookie"]


async def test_name_and_password_sign_in_and_a_wrong_one_says_nothing_of_the_name(
    visitor: Visitor, admin: Member
) -> None:
    now = visitor.clock()
    ada = people.find_person(visitor.store, "Ada")
    password_hash = passwords.hash_password(PASSWORD)
    passwords.set_password(visitor.store, ada, password_hash, local_caller("test", now), now)

    async def attempt(name: str, password: str) -> tuple[int, str]:
        form = {"name": name, "password": password, "next": "/console/?show=all"}
        answer = await visitor.post("/console/sign-in", data=form, headers=SAME_ORIGIN)
        return answer.status, answer.headers.get("location", answer.text)

    assert await attempt("ada", PASSWORD) == (303, "/console/?show=all")
    wrong_password = await attempt("Ada", "wrong wrong wrong")
    assert wrong_password[0] == 403
    assert "do not belong together" in wrong_password[1]
    assert await attempt("Nobody", PASSWORD) == wrong_password


async def test_too_many_tries_are_told_to_wait(visitor: Visitor, admin: Member) -> None:
    for _ in range(5):
        form = {"name": "Ada", "password": "guess"}
        await visitor.post("/console/sign-in", data=form, headers=SAME_ORIGIN)
    answer = await visitor.post("/console/sign-in", data=form, headers=SAME_ORIGIN)
    assert answer.status == 429
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/\\evil.example"])
async def test_the_way_back_is_never_another_site(
    visitor: Visitor, admin: Member, address: str
) -> None:
    page = await visitor.get("/console/sign-in", params={"next": address})
    assert 'name="next" value="/console/"' in page.text


async def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(visitor: Visitor) -> None:
    answer = await visitor.get("/console/?show=all&q=kursk")
    assert answer.status == 303
    assert answer.headers["location"] == "/console/sign-in?next=/console/%3Fshow%3Dall%26q%3Dkursk"
    assert (await visitor.get("/console/flagged.json")).status == 401
    assert (await visitor.get("/")).headers["location"] == "/console/sign-in"


async def test_after_the_sign_out_the_cookie_is_worth_nothing(admin: Member) -> None:
    assert (await admin.get("/console/")).status == 200
    assert (await admin.post("/console/sign-out")).status == 303
    assert (await admin.get("/console/")).status == 303


async def test_a_removed_person_is_out_at_once(visitor: Visitor, admin: Member, viewer: Member):
    caller = local_caller("test", visitor.clock())
    people.remove_person(visitor.store, "Vera", caller, visitor.clock(), reason="left")
    assert (await viewer.get("/console/")).status == 303
    assert (await admin.get("/console/")).status == 200


async def test_a_forged_cookie_is_worth_nothing(visitor: Visitor, admin: Member) -> None:
    name, _, secret = admin.cookie.partition("=")
    for forged in ("", "x", secret[:-1], secret[:-1] + "é", secret * 50):
        headers = {"cookie": f"{name}={forged}"}
        assert (await visitor.get("/console/", headers=headers)).status == 303


async def test_a_page_before_the_sign_in_is_left_as_a_whole(
    visitor: Visitor, viewer: Member
) -> None:
    """A fragment would put the layout of the console into the body of the sign-in."""
    assert "hx-boost:inherited" not in (await visitor.get("/console/sign-in")).text
    assert "hx-boost:inherited" in (await viewer.get("/console/account")).text
