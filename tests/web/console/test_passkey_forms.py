"""Tests of passkeys over a real socket, with a device in software."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest

from tests.actions.access.authenticator import Authenticator
from tests.web.conftest import Answer, Visitor
from tests.web.console.conftest import SAME_ORIGIN, Member

ORIGIN = "http://localhost:8080"
HOST = {"host": "localhost:8080"}
ACCOUNT = "/console/account/passkeys"
SIGN_IN = "/console/sign-in/passkey"


@pytest.fixture
def device() -> Authenticator:
    return Authenticator(origin=ORIGIN, host="localhost")


def message(answer: Answer) -> str:
    """The one-time message that the browser was given."""
    value = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    return str(json.loads(base64.urlsafe_b64decode(value))["text"])


async def register(member: Member, device: Authenticator) -> Answer:
    options = await member.get(f"{ACCOUNT}/options", headers=HOST)
    assert options.headers["cache-control"] == "no-store"
    form = {"credential": device.register(options.text), "name": "laptop"}
    return await member.post(ACCOUNT, form, headers=HOST)


async def sign_in(visitor: Visitor, device: Authenticator) -> Answer:
    options = await visitor.get(SIGN_IN, headers=HOST)
    form = {"credential": device.sign_in(options.text), "next": "/console/search"}
    return await visitor.post(SIGN_IN, data=form, headers={**SAME_ORIGIN, **HOST})


async def test_a_passkey_is_added_signs_in_and_is_removed(
    visitor: Visitor, analyst: Member, device: Authenticator
) -> None:
    assert "laptop signs you in" in message(await register(analyst, device))
    page = await analyst.get("/console/account", headers=HOST)
    assert "laptop" in page.text
    answer = await sign_in(visitor, device)
    assert (answer.status, answer.headers["location"]) == (303, "/console/search")
    cookie = answer.headers["set-cookie"].partition(";")[0]
    assert (await Member(visitor, cookie).get("/console/account")).status == 200
    (passkey,) = visitor.store.passkeys.list(visitor.store.people.list()[0].key)
    stored = await analyst.post(f"{ACCOUNT}/remove", {"passkey": passkey.key})
    assert "could not come back" in message(stored)


async def test_an_unknown_device_is_refused_on_the_page(
    visitor: Visitor, analyst: Member, device: Authenticator
) -> None:
    answer = await sign_in(visitor, device)
    assert answer.status == 403
    assert "not known here" in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "needs JavaScript"),
        ({"refused": "NotAllowedError"}, "cancelled"),
        ({"refused": "<b>"}, "refused the passkey (&lt;b&gt;)"),
        ({"credential": "{}"}, "no answer of a passkey"),
    ],
)
async def test_a_form_without_a_passkey_says_what_to_do(
    visitor: Visitor, analyst: Member, form: dict[str, str], words: str
) -> None:
    answer = await visitor.post(SIGN_IN, data=form, headers={**SAME_ORIGIN, **HOST})
    assert answer.status == 400
    assert words in answer.text
    assert message(await analyst.post(ACCOUNT, form, headers=HOST))
    assert visitor.store.passkeys.list(visitor.store.people.list()[0].key) == []


async def test_where_browsers_allow_no_passkey_the_pages_say_so(
    visitor: Visitor, analyst: Member
) -> None:
    page = await visitor.get("/console/sign-in")
    assert "open the console as http://localhost" in page.text
    assert "data-passkey" not in page.text
    assert "open the console as http://localhost" in (await analyst.get("/console/account")).text
    assert "data-passkey" in (await visitor.get("/console/sign-in", headers=HOST)).text


async def test_a_passkey_is_added_soon_after_a_sign_in_only(
    visitor: Visitor, analyst: Member, device: Authenticator
) -> None:
    visitor.clock.later(timedelta(minutes=16))
    answer = await analyst.get(f"{ACCOUNT}/options", headers=HOST)
    assert answer.status == 303
    assert "again=1" in answer.headers["location"]
