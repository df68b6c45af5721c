"""Outbound HTTP proxy: by which one requests leave the network, and which hosts need none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import encode_basic_auth
from yarl import URL


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundProxy:
    """An HTTP proxy, and the hosts that are asked without it."""

    url: URL  # without user name and password
    headers: Mapping[str, str] = field(default_factory=dict)  # with its password, if it has one
    direct: tuple[str, ...] = ()  # "feeds.internal", or with all hosts below it ".internal"

    @classmethod
    def from_address(cls, address: str, direct: tuple[str, ...] = ()) -> OutboundProxy:
        """The proxy of "http://user:password@proxy.example:3128"."""
        url = URL(address)
        headers = {}
        if url.user:
            login = encode_basic_auth(url.user, url.password or "")
            headers["Authorization"] = login  # aiohttp sends it as Proxy-Authorization
        return cls(url=url.with_user(None), headers=headers, direct=direct)

    def is_direct(self, host: str) -> bool:
        """Whether this host is asked without the proxy."""
        name = host.lower().rstrip(".")
        return any(
            name == direct_host.lstrip(".")
            or (direct_host.startswith(".") and name.endswith(direct_host))
            for direct_host in self.direct
        )

    def is_itself(self, host: str, port: int) -> bool:
        """Whether this is the proxy: the operator has named it, so it may be anywhere."""
        return (host, port) == (self.url.raw_host, self.url.port)
