"""Feeds behind a password, a token or a cookie: which requests carry it."""

from __future__ import annotations

from dataclasses import replace

from monitor.collect.http.chain_cookies import ChainCookies
from monitor.collect.http.feed_secrets import request_headers, secret_headers
from monitor.domain.feeds import FeedLogin
from tests.collect.http.test_fetcher import at, fetcher
from tests.web_fixtures import RSS, Call, Server

LOGIN = FeedLogin(user="reader", password="пароль:9")
HEADER = "Basic cmVhZGVyOtC/0LDRgNC+0LvRjDo5"
TOKEN = (("Authorization", "Bearer t0ken"), ("Cookie", "seen=1"), ("user-agent", "Reader"))


def test_the_login_is_of_rfc_7617_in_utf_8():
    feed = replace(at("https://a.example/feed"), login=LOGIN)
    assert secret_headers(feed) == {"Authorization": HEADER}
    assert secret_headers(at("https://a.example/feed")) == {}


def test_a_header_replaces_a_usual_one_in_any_case():
    headers = request_headers(
        {"User-Agent": "Watchpost"}, dict(TOKEN), ChainCookies(), "https://a.example/"
    )
    assert headers.getall("User-Agent") == ["Reader"]


async def test_a_feed_is_requested_with_its_login(session, server: Server):
    async def members_only(call: Call) -> None:
        allowed = call.headers.get("authorization") == HEADER
        await (call.reply() if allowed else call.reply(b"", "401 Unauthorized"))

    feed = replace(at(server.on("/", members_only)), login=LOGIN)
    assert (await fetcher(session).fetch(feed)).body == RSS


async def test_a_redirect_carries_secrets_within_the_server_only(session, server: Server):
    elsewhere = server.base.replace("127.0.0.1", "localhost")
    assert elsewhere != server.base
    server.serve("/away", b"", "302 Found", Location=f"{server.base}/back")
    server.serve("/back")
    url = server.serve("/start", b"", "302 Found", Location="/same")
    server.serve("/same", b"", "302 Found", Location=f"{elsewhere}/away")
    for changes, sent in (({"login": LOGIN}, HEADER), ({"headers": TOKEN}, "Bearer t0ken")):
        server.calls.clear()
        await fetcher(session).fetch(replace(at(url), **changes))
        seen = {call.target: call.headers.get("authorization") for call in server.calls}
        assert seen == {"/start": sent, "/same": sent, "/away": None, "/back": sent}
    assert [call.headers.get("cookie") for call in server.calls] == [
        "seen=1", "seen=1", None, "seen=1",
    ]  # fmt: skip


async def test_cookies_that_the_server_sets_are_joined(session, server: Server):
    cookie = {"Location": "/next", "Set-Cookie": "turn=2"}
    url = server.serve("/start", b"", "302 Found", **cookie)
    server.serve("/next")
    await fetcher(session).fetch(replace(at(url), headers=TOKEN))
    assert server.calls[-1].headers.get("cookie") == "seen=1; turn=2"


async def test_a_page_of_an_article_is_requested_without_secrets(session, server: Server):
    await fetcher(session).fetch_page(server.serve("/"))
    assert "authorization" not in server.calls[0].headers
