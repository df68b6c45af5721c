"""Checks for browsers are named by their service."""

from __future__ import annotations

import pytest

from tests.collect.http.test_fetcher import failure
from tests.web_fixtures import Server


@pytest.mark.parametrize(
    ("headers", "page", "service"),
    [
        ({"cf_mitigated": "challenge"}, b"", "Cloudflare"),
        ({}, b"<title>Just a moment...</title>", "Cloudflare"),
        ({"Server": "ddos-guard"}, b"", "DDoS-Guard"),
        ({}, b"<title>Making sure you&#39;re not a bot!</title>", "Anubis"),
    ],
)
async def test_a_check_for_browsers_is_called_by_its_name(
    session, server: Server, headers, page, service
):
    error = await failure(session, server.serve("/", page, "403 Forbidden", **headers))
    assert f"a check for browsers by {service}" in error.detail
