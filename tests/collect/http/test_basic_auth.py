"""Feeds behind a password: which requests carry it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.collect.http.basic_auth import authorization
from monitor.domain.feeds import FeedLogin
from tests.collect.http.test_fetcher import at, fetcher
from tests.web_fixtures import RSS, Call, Server

LOGIN = FeedLogin(user="reader", password="пароль:9")
HEADER = "Basic cmVhZGVyOtC/0LDRgNC+0LvRjDo5"


def test_the_header_is_of_rfc_7617_in_utf_8():
    url = "https://a.example/feed"
    assert authorization(LOGIN, url, url) == {"Authorization": HEADER}
    assert authorization(None, url, url) == {}


@pytest.mark.parametrize(
    "url",
    [
        "https://b.example/feed",
        "https://a.example:8443/feed",
        "https://sub.a.example/feed",
        "https://a.example.b.example/feed",
        "http://a.example/feed",
    ],
)
def test_another_server_gets_no_password(url: str):
    assert authorization(LOGIN, "https://a.example/feed", url) == {}


def test_the_https_form_of_the_address_gets_it():
    assert authorization(LOGIN, "http://a.example/f", "https://a.example/g")
    assert not authorization(LOGIN, "http://a.example:8080/f", "https://a.example:8443/f")


async def test_a_feed_is_requested_with_its_login(session, server: Server):
    async def members_only(call: Call) -> None:
        allowed = call.headers.get("authorization") == HEADER
        await (call.reply() if allowed else call.reply(b"", "401 Unauthorized"))

    feed = replace(at(server.on("/", members_only)), login=LOGIN)
    assert (await fetcher(session).fetch(feed)).body == RSS


async def test_a_redirect_carries_the_login_within_the_server_only(session, server: Server):
    elsewhere = server.base.replace("127.0.0.1", "localhost")
    assert elsewhere != server.base
    server.serve("/away", b"", "302 Found", Location=f"{server.base}/back")
    server.serve("/back")
    url = server.serve("/start", b"", "302 Found", Location="/same")
    server.serve("/same", b"", "302 Found", Location=f"{elsewhere}/away")
    await fetcher(session).fetch(replace(at(url), login=LOGIN))
    sent = {call.target: call.headers.get("authorization") for call in server.calls}
    assert sent == {"/start": HEADER, "/same": HEADER, "/away": None, "/back": HEADER}


async def test_a_page_of_an_article_is_requested_without_a_login(session, server: Server):
    await fetcher(session).fetch_page(server.serve("/"))
    assert "authorization" not in server.calls[0].headers
