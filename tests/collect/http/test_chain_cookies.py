"""Cookies live for one chain of redirects."""

from __future__ import annotations

from tests.collect.http.test_fetcher import failure, fetch
from tests.web_fixtures import RSS, Call, Server


async def test_a_cookie_lives_for_one_chain_of_redirects_and_one_host(session, server: Server):
    async def feed_or_gate(call: Call) -> None:
        if "passed=yes" in call.headers.get("cookie", ""):
            await call.reply()
        else:
            await call.reply(b"", "302 Found", Location="/gate")

    async def gate(call: Call) -> None:
        await call.reply(b"", "302 Found", Location="/", Set_Cookie="passed=yes; Path=/")

    url = server.on("/", feed_or_gate)
    server.on("/gate", gate)
    for _ in range(2):
        assert (await fetch(session, url)).body == RSS
    assert ["cookie" in call.headers for call in server.calls] == [False, False, True] * 2


async def test_a_cookie_that_changes_nothing_is_still_a_circle(session, server: Server):
    url = server.serve("/", b"", "302 Found", Location="/", Set_Cookie="seen=1")
    error = await failure(session, url)
    assert error.detail.startswith("redirects in a circle")
