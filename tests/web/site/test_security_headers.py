"""Every response has security headers."""

from __future__ import annotations

import pytest

from tests.web.conftest import Visitor


@pytest.mark.parametrize(
    "path", ["/healthz", "/metrics", "/", "/nothing", "/docs", "/openapi.json"]
)
async def test_every_response_has_security_headers(visitor: Visitor, path):
    headers = (await visitor.get(path)).headers
    assert headers["content-security-policy"].startswith("default-src 'none';")
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers
