"""Tests of one's own account over a real socket."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.access.roles import PersonRole
from tests.web.conftest import Visitor
from tests.web.console.conftest import SAME_ORIGIN, Member, sign_in

PASSWORD = "granite teapot orbit seven"


def message(answer) -> str:
    """The one-time message that the browser was given."""
    import base64
    import json

    value = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    return json.loads(base64.urlsafe_b64decode(value))["text"]


async def test_a_new_person_chooses_a_password_and_signs_in_with_it(
    visitor: Visitor, analyst: Member
) -> None:
    welcome = await analyst.get("/console/account?welcome=1")
    assert "Choose a password now" in welcome.text
    form = {"password": PASSWORD, "repeated": PASSWORD}
    assert "is set" in message(await analyst.post("/console/account/password", form))
    signed_in = await visitor.post(
        "/console/sign-in", data={"name": "Mina", "password": PASSWORD}, headers=SAME_ORIGIN
    )
    assert signed_in.status == 303
    assert "Change the password" in (await analyst.get("/console/account")).text


@pytest.mark.parametrize(
    ("password", "repeated", "words"),
    [
        ("short", "short", "at least 12"),
        ("password1234", "password1234", "an attacker would try"),
        (PASSWORD, PASSWORD + "x", "differ"),
    ],
)
async def test_a_password_that_is_not_good_enough_is_refused_with_the_reason(
    analyst: Member, password: str, repeated: str, words: str
) -> None:
    form = {"password": password, "repeated": repeated}
    assert words in message(await analyst.post("/console/account/password", form))


async def test_a_dangerous_act_needs_a_sign_in_of_the_last_quarter_of_an_hour(
    visitor: Visitor, analyst: Member
) -> None:
    visitor.clock.later(timedelta(minutes=16))
    form = {"password": PASSWORD, "repeated": PASSWORD}
    answer = await analyst.post("/console/account/password", form)
    assert answer.status == 303
    assert answer.headers["location"] == "/console/sign-in?next=/console/account&again=1"
    assert (await analyst.get("/console/account")).status == 200


async def test_sessions_are_listed_and_the_others_can_be_ended(visitor: Visitor) -> None:
    browser = await sign_in(visitor, "Mina", PersonRole.ANALYST)
    form = {"password": PASSWORD, "repeated": PASSWORD}
    await browser.post("/console/account/password", form)
    answer = await visitor.post(
        "/console/sign-in", data={"name": "Mina", "password": PASSWORD}, headers=SAME_ORIGIN
    )
    other_browser = Member(visitor, answer.headers["set-cookie"].partition(";")[0])
    assert (await browser.get("/console/account")).text.count("<tr>") >= 3
    assert "1 other session has ended" in message(
        await browser.post("/console/account/sessions/end-others")
    )
    assert (await other_browser.get("/console/account")).status == 303
    assert (await browser.get("/console/account")).status == 200


async def test_a_token_is_shown_once_and_works_for_what_it_may(
    visitor: Visitor, analyst: Member
) -> None:
    form = {"name": "script", "days": "30", "scope": "articles:read"}
    page = await analyst.post("/console/account/tokens", form)
    assert page.status == 200
    token = page.text.partition("<pre>")[2].partition("</pre>")[0]
    assert token.startswith("wpt_")
    assert token not in (await analyst.get("/console/account")).text
    headers = {"authorization": f"Bearer {token}"}
    assert (await visitor.get("/console/flagged.json", headers=headers)).status == 200
    refused = await visitor.post("/console/marks", headers=headers)
    assert refused.status == 403
    assert "removed" in message(
        await analyst.post("/console/account/tokens/remove", {"token": "script"})
    )
    assert (await visitor.get("/console/flagged.json", headers=headers)).status == 401


async def test_the_time_zone_of_a_reader_is_used_in_every_browser(analyst: Member) -> None:
    answer = await analyst.post("/console/account/preferences", {"zone": "Mars/Olympus"})
    assert "no time zone" in message(answer)
    answer = await analyst.post("/console/account/preferences", {"zone": "Asia/Seoul"})
    assert "Saved for all your browsers." in message(answer)
    headers = {"cookie": f"{analyst.cookie}; watchpost-zone=Europe%2FKyiv"}
    page = await analyst.get("/console/account", headers=headers)
    assert 'value="Asia/Seoul"' in page.text
    assert ">21:00</time>" in page.text
    await analyst.post("/console/account/preferences", {"zone": ""})
    page = await analyst.get("/console/account", headers=headers)
    assert ">15:00</time>" in page.text


async def test_keys_can_be_changed_and_switched_off(analyst: Member) -> None:
    answer = await analyst.post("/console/account/preferences", {"keys": "r=x"})
    assert "x would do two things" in message(answer)
    await analyst.post("/console/account/preferences", {"keys-off": "yes"})
    page = await analyst.get("/console/keys")
    assert '<meta name="watchpost-keys" content="off">' in page.text
    await analyst.post("/console/account/preferences", {"keys": ""})
    assert "watchpost-keys" not in (await analyst.get("/console/keys")).text
