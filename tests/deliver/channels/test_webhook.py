"""The webhook channel takes URLs that may be connected to, and makes a signing secret."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from monitor.deliver.channels.webhook import WEBHOOK
from monitor.domain.errors import FetchError


def test_each_destination_has_a_new_signing_secret() -> None:
    first, second = (WEBHOOK.parse_address("https://a.example/hook", ()) for _ in range(2))
    assert first.address == "https://a.example/hook"
    assert first.signing_secret.startswith("whsec_")
    assert first.signing_secret != second.signing_secret
    assert "whsec_" not in repr(first)


def test_a_closed_address_needs_permission() -> None:
    with pytest.raises(FetchError, match="private"):
        WEBHOOK.parse_address("http://10.1.2.3/", ())
    assert WEBHOOK.parse_address("http://10.1.2.3/", [ip_network("10.0.0.0/8")]).address
