"""Host header check: a request for a foreign host name is refused (DNS rebinding)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[^:\[\]]+)(:\d{1,5})?", re.ASCII)
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class KnownHosts:
    """The names under which this installation may be addressed, as `Host` headers say them."""

    names: frozenset[str]

    @classmethod
    def from_settings(cls, listen: str, public_url: str, hosts: Iterable[str]) -> KnownHosts:
        """The listen address, the host of the public URL, and `web.hosts`.

        A listen address such as 0.0.0.0 is no name that a browser would send, and does no harm.
        """
        names = {listen, urlsplit(public_url).netloc, *hosts}
        return cls(frozenset(name.lower() for name in names if name))

    def has(self, host: str) -> bool:
        """Whether a request with this `Host` header is for us.

        The names of the machine itself are, with every port: a container's port is mapped to
        another one, and a page on the internet can't take such a name for itself.
        """
        lowered = host.lower()
        return lowered in self.names or host_name(lowered) in self.names | _LOOPBACK_NAMES


def host_name(host: str) -> str:
    """The `Host` header without its port: "[::1]:8080" → "[::1]"; "" if it is none."""
    match = _HOST.fullmatch(host)
    return match["name"] if match else ""


def is_loopback(host: str) -> bool:
    """Whether the browser itself runs on this machine, as far as its `Host` header says so."""
    return host_name(host.lower()) in _LOOPBACK_NAMES
