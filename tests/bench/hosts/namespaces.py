"""Network namespaces: hosts with addresses of their own, on two networks whose cables can be cut.

One network leads to the database, the other to publishers and receivers, so that a worker can lose
either of them or both.  It needs root and `ip` of iproute2.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum

_NAMES = "wpbench"


class Cable(StrEnum):
    """A network that every worker is connected to; the value is a part of the device's name."""

    DATABASE = "db"
    WORLD = "out"


# The first three numbers of the addresses.
_NETWORKS = {Cable.DATABASE: "10.83.0", Cable.WORLD: "10.84.0"}
DATABASE_ADDRESS = f"{_NETWORKS[Cable.DATABASE]}.1"
DATABASE_NETWORK = f"{_NETWORKS[Cable.DATABASE]}.0/24"
RECEIVER_ADDRESS = f"{_NETWORKS[Cable.WORLD]}.1"
WORLD_NETWORK = "10.84.0.0/16"


def publisher_address(number: int) -> str:
    """The address of a publisher, from 0 on."""
    return f"10.84.{1 + number // 200}.{1 + number % 200}"


@dataclass(frozen=True, slots=True)
class Host:
    """A host with a namespace of its own."""

    number: int  # from 1 on

    @property
    def namespace(self) -> str:
        return f"{_NAMES}-{self.number}"

    @property
    def address(self) -> str:
        """Its address, as publishers and receivers see it."""
        return f"{_NETWORKS[Cable.WORLD]}.{10 + self.number}"

    def command(self, *words: str) -> list[str]:
        """The command line that runs these words on this host."""
        return ["ip", "netns", "exec", self.namespace, *words]

    def cut(self, cable: Cable) -> None:
        """Nothing passes this cable any more, in either direction, and nobody is told."""
        _ip("link", "set", self._device(cable), "down")

    def mend(self, cable: Cable) -> None:
        """Connect the cable again."""
        _ip("link", "set", self._device(cable), "up")

    def _device(self, cable: Cable) -> str:
        return f"wp{cable}{self.number}"

    def set_up(self) -> None:
        """Make the namespace and its two cables."""
        _ip("netns", "add", self.namespace)
        inside = ("-n", self.namespace)
        _ip(*inside, "link", "set", "lo", "up")
        for cable, network in _NETWORKS.items():
            device = self._device(cable)
            peer = ("peer", "name", cable.value, "netns", self.namespace)
            _ip("link", "add", device, "type", "veth", *peer)
            _ip("link", "set", device, "master", _bridge(cable), "up")
            width = 16 if cable is Cable.WORLD else 24
            address = f"{network}.{10 + self.number}/{width}"
            _ip(*inside, "addr", "add", address, "dev", cable.value)
            _ip(*inside, "link", "set", cable.value, "up")


def why_not_here() -> str:
    """Why there can be no namespaces on this machine; empty where there can."""
    if sys.platform != "linux":
        return "network namespaces are of Linux"
    if os.geteuid():
        return "only root may make network namespaces"
    if shutil.which("ip") is None:
        return "`ip` is missing: install iproute2"
    probe = subprocess.run(
        ["ip", "netns", "add", f"{_NAMES}-probe"], capture_output=True, text=True, check=False
    )
    if probe.returncode:
        return f"no network namespace can be made: {probe.stderr.strip()}"
    _ip("netns", "del", f"{_NAMES}-probe")
    return ""


@contextmanager
def hosts(count: int, publishers: int) -> Iterator[list[Host]]:
    """Hosts, and the addresses of so many publishers, until the end of the block."""
    made = [Host(number) for number in range(1, count + 1)]
    _remove_left_over(made)
    with ExitStack() as stack:
        for cable, network in _NETWORKS.items():
            stack.callback(_try, "link", "del", _bridge(cable))
            _ip("link", "add", _bridge(cable), "type", "bridge")
            width = 16 if cable is Cable.WORLD else 24
            _ip("addr", "add", f"{network}.1/{width}", "dev", _bridge(cable))
            _ip("link", "set", _bridge(cable), "up")
        for number in range(publishers):
            address = f"{publisher_address(number)}/16"
            _ip("addr", "add", address, "dev", _bridge(Cable.WORLD))
        for host in made:
            stack.callback(_try, "netns", "del", host.namespace)
            host.set_up()
        yield made


def _remove_left_over(made: list[Host]) -> None:
    """Remove what a run has left that was killed before it could."""
    for host in made:
        _try("netns", "del", host.namespace)
    for cable in Cable:
        _try("link", "del", _bridge(cable))


def _bridge(cable: Cable) -> str:
    return f"{_NAMES}{cable}"


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _try(*words: str) -> None:
    with suppress(subprocess.CalledProcessError):
        _ip(*words)
