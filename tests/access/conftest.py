"""The console on a real server, for the tests of who gets through to which route."""

from __future__ import annotations

import pytest

from tests.web.conftest import other_settings, site_settings, site_topics, store, visitor

__all__ = ["other_settings", "site_settings", "site_topics", "store", "visitor"]


@pytest.fixture
def web_settings() -> dict[str, object]:
    """A console whose readers' address is another one."""
    return {"console": True, "public_url": "https://alerts.example"}
