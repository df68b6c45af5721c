"""Tests of the check of Host headers."""

from __future__ import annotations

import pytest

from monitor.web.console.frame.hosts import KnownHosts, is_loopback

HOSTS = KnownHosts.from_settings(
    "0.0.0.0:8080",
    "https://alerts.example/",
    ("watch.internal",),
)


@pytest.mark.parametrize(
    "host",
    ["alerts.example", "ALERTS.example", "watch.internal", "watch.internal:8443", "localhost:9",
     "127.0.0.1:8080", "[::1]:8080"],
)  # fmt: skip
def test_the_names_of_the_installation_and_of_the_machine_are_known(host: str) -> None:
    assert HOSTS.has(host)


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "alerts.example.evil",
     "[::1].evil.example"],
)  # fmt: skip
def test_a_foreign_name_is_not_known(host: str) -> None:
    assert not HOSTS.has(host)


def test_only_the_machine_itself_is_loopback() -> None:
    assert is_loopback("localhost:8080")
    assert is_loopback("[::1]:80")
    assert not is_loopback("watch.internal:8080")
    assert not is_loopback("")
