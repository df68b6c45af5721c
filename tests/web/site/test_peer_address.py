"""Tests of the address of the connection, which no header changes."""

from __future__ import annotations

import pytest

from monitor.web.site.peer_address import PeerAddress, peer_of


@pytest.mark.parametrize(
    ("client", "peer"), [(("192.0.2.7", 1), "192.0.2.7"), (None, "")], ids=["known", "unknown"]
)
async def test_what_rewrites_the_client_comes_after_it(client, peer):
    seen = []

    async def inner(scope, receive, send):
        scope["client"] = ("198.51.100.1", 2)  # as X-Forwarded-For says
        seen.append(peer_of(scope))

    await PeerAddress(inner)({"type": "http", "client": client}, None, None)
    assert seen == [peer]
