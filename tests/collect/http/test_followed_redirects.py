"""Redirects: followed to five hops, each checked, and what they say about the address."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.domain.reasons import FeedReason
from tests.collect.http.test_fetcher import failure, fetch
from tests.web_fixtures import RSS, Server, bomb

MOVED = ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect",
         "308 Permanent Redirect"]  # fmt: skip


@pytest.mark.parametrize("status", MOVED)
async def test_a_redirect_is_followed_and_the_end_is_named(session, server: Server, status):
    end = server.serve("/end")
    got = await fetch(session, server.serve("/", b"", status, Location="/end"))
    assert (got.url, got.body) == (end, RSS)


async def test_five_hops_are_followed_a_sixth_is_not(session, server: Server):
    server.serve("/0")
    for hop in range(1, 7):
        server.serve(f"/{hop}", b"", "302 Found", Location=f"/{hop - 1}")
    assert (await fetch(session, server.base + "/5")).body == RSS
    error = await failure(session, server.base + "/6")
    assert (error.reason, error.detail) == (FeedReason.REDIRECT, "redirects more than 5 times")


@pytest.mark.parametrize(
    ("location", "reason", "message"),
    [
        (None, FeedReason.REDIRECT, "without a target address"),
        ("", FeedReason.REDIRECT, "without a target address"),
        ("/", FeedReason.REDIRECT, "in a circle"),
        ("http://[", FeedReason.REDIRECT, "invalid address"),
        ("file:///etc/passwd", FeedReason.ADDRESS, "redirected: "),
        ("gopher://127.0.0.1/", FeedReason.ADDRESS, "redirected: "),
        ("http://user@127.0.0.1/", FeedReason.ADDRESS, "user name"),
        ("http://169.254.169.254/latest/", FeedReason.EGRESS, "169.254.169.254 is a link-local"),
        ("//10.0.0.1/", FeedReason.EGRESS, "10.0.0.1 is a private"),
        ("http://2130706433/", FeedReason.ADDRESS, "usual form"),
    ],
)
async def test_each_hop_is_checked_like_the_first(
    session, server: Server, location, reason, message
):
    headers = {} if location is None else {"Location": location}
    error = await failure(session, server.serve("/", b"", "302 Found", **headers))
    assert error.reason is reason
    assert message in error.detail


@pytest.mark.parametrize(
    ("statuses", "moved_to"),
    [
        ((), None),
        ((301,), "/1"),
        ((308,), "/1"),
        ((302,), None),
        ((303,), None),
        ((307,), None),
        ((301, 308), "/2"),
        ((301, 302), "/1"),
        ((302, 301), None),
        ((301, 307, 301), "/1"),
    ],
)
async def test_only_redirects_for_good_from_the_start_say_that_a_feed_has_moved(
    session, server: Server, statuses, moved_to
):
    for number, status in enumerate(statuses):
        server.serve(f"/{number}", b"", f"{status} x", Location=f"/{number + 1}")
    server.serve(f"/{len(statuses)}")
    got = await fetch(session, server.base + "/0")
    assert got.moved_to == (moved_to and server.base + moved_to)


async def test_caching_headers_give_the_freshness(session, server: Server):
    url = server.serve("/", Cache_Control="max-age=600", Age="60")
    assert (await fetch(session, url)).fresh_for == timedelta(minutes=9)


async def test_a_blank_in_a_redirect_is_encoded(session, server: Server):
    server.serve("/my%20feed.xml")
    got = await fetch(session, server.serve("/", b"", "301 Moved", Location="/my feed.xml"))
    assert got.body == RSS


async def test_the_body_of_a_redirect_is_not_read(session, server: Server):
    server.serve("/end")
    url = server.serve("/", bomb(50), "302 Found", Location="/end", Content_Encoding="gzip")
    assert (await fetch(session, url)).body == RSS
