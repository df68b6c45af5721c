"""The guard stops closed addresses, other programs and files of this machine."""

from __future__ import annotations

import os
import socket
from ipaddress import ip_network
from pathlib import Path

import pytest

from monitor.deliver.transports.apprise_worker import Guard
from monitor.net.egress import EgressRefused

LOOPBACK = [ip_network("127.0.0.0/8")]


@pytest.mark.parametrize("event", ["socket.connect", "socket.sendto", "socket.sendmsg"])
@pytest.mark.parametrize(
    "address",
    [
        ("127.0.0.1", 80),
        ("169.254.169.254", 80),
        ("::1", 80, 0, 0),
        ("::ffff:10.0.0.1", 80, 0, 0),
        ("localhost", 80),
        "/run/dbus/system_bus_socket",
        b"\x00abstract",
        None,
        (),
    ],
)
def test_a_closed_address_is_refused(event: str, address: object) -> None:
    guard = Guard([])
    with pytest.raises(EgressRefused):
        guard(event, (None, address))
    assert "egress.allow" in guard.refused


def test_public_addresses_and_those_the_operator_opened_are_let_through() -> None:
    Guard([])("socket.connect", (None, ("8.8.8.8", 443)))
    Guard(LOOPBACK)("socket.connect", (None, ("127.0.0.1", 443)))


@pytest.mark.parametrize("event", ["subprocess.Popen", "os.system", "os.exec", "syslog.syslog"])
def test_no_other_program_is_reached(event: str) -> None:
    with pytest.raises(EgressRefused):
        Guard(LOOPBACK)(event, ())


def test_files_are_pythons_and_the_systems_alone(tmp_path: Path) -> None:
    guard, secret = Guard(LOOPBACK), tmp_path / "monitor.toml"
    for path, flags in (
        (str(secret), os.O_RDONLY),
        (os.fsencode(secret), os.O_RDONLY),
        (socket.__file__, os.O_WRONLY),
        ("/etc/passwd", os.O_RDONLY),
    ):
        with pytest.raises(EgressRefused):
            guard("open", (path, None, flags))
    guard("open", (socket.__file__, "r", os.O_RDONLY))
    guard("open", (os.devnull, None, os.O_RDWR))
    guard("open", (3, "r", os.O_RDONLY))
