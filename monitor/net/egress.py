"""Egress guard against SSRF: every outgoing connection is checked, of feeds, redirects, webhooks.

An IP address is checked at connect time, not when its name is resolved.  So a name that resolves
differently the second time (DNS rebinding), a redirect, an oddly written address and a literal one
all pass the same check, and a refused one is refused before a socket exists.

Behind an outbound proxy it is the proxy that resolves names and connects.  Then the guard refuses
addresses that are written as numbers; where a name leads to, the proxy alone can check.
"""

from __future__ import annotations

import asyncio
import errno
import re
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from yarl import URL

from monitor.domain.errors import FetchError
from monitor.domain.reasons import FeedReason
from monitor.net.lenient_http import LenientResponseHandler
from monitor.net.outbound_proxy import OutboundProxy

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MAX_URL_CHARACTERS = 4_000
MAX_HEADER_BYTES = (
    32_768  # of one header; some publishers send content policies above aiohttp's 8 KB
)
MAX_HEADERS = 128

# The IANA registries of special-purpose addresses.  Written out, because `ip.is_global` and its
# relatives accept some of these on the Python versions that we support.
_CLOSED_V4 = {
    IPv4Network("0.0.0.0/8"): "an address of this host",
    IPv4Network("10.0.0.0/8"): "a private address",
    IPv4Network("100.64.0.0/10"): "an address behind a carrier's NAT",
    IPv4Network("127.0.0.0/8"): "a loopback address",
    IPv4Network("169.254.0.0/16"): "a link-local address, of cloud metadata services",
    IPv4Network("172.16.0.0/12"): "a private address",
    IPv4Network("192.0.0.0/24"): "an address reserved for protocols",
    IPv4Network("192.0.2.0/24"): "an address for documentation",
    IPv4Network("192.88.99.0/24"): "an address of 6to4 relays",
    IPv4Network("192.168.0.0/16"): "a private address",
    IPv4Network("198.18.0.0/15"): "an address for benchmarks",
    IPv4Network("198.51.100.0/24"): "an address for documentation",
    IPv4Network("203.0.113.0/24"): "an address for documentation",
    IPv4Network("224.0.0.0/4"): "a multicast address",
    IPv4Network("240.0.0.0/4"): "a reserved address",
}
_PUBLIC_V6 = IPv6Network("2000::/3")
# First the closed parts of the public range, then names for ranges outside of it.
_CLOSED_V6 = {
    IPv6Network("2001::/23"): "an address reserved for protocols (Teredo, ORCHID)",
    IPv6Network("2001:db8::/32"): "an address for documentation",
    IPv6Network("2002::/16"): "a 6to4 address, which hides an IPv4 one",
    IPv6Network("3fff::/20"): "an address for documentation",
    IPv6Network("::/128"): "an address of this host",
    IPv6Network("::1/128"): "a loopback address",
    IPv6Network("64:ff9b::/96"): "a NAT64 address, which hides an IPv4 one",
    IPv6Network("64:ff9b:1::/48"): "a NAT64 address, which hides an IPv4 one",
    IPv6Network("fc00::/7"): "a private address",
    IPv6Network("fe80::/10"): "a link-local address",
    IPv6Network("ff00::/8"): "a multicast address",
}

_HINT = "if it is meant, add its range to egress.allow"

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST_NAME = re.compile(rf"(?=.{{1,254}}\Z){_LABEL}(?:\.{_LABEL})*\.?", re.ASCII)
# A host whose last label is a number is an IPv4 address for every system, however it is written.
_NUMERIC_HOST = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)\.?", re.ASCII)
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\u3000\ufeff\ud800-\udfff]")


class EgressRefused(OSError):
    """The guard refused a connection; no packet was sent.  `strerror` is a sentence with a hint."""

    def __init__(self, why: str) -> None:
        super().__init__(errno.EACCES, f"{why}; {_HINT}")


def refusal(ip: Address, allow: Sequence[Network] = ()) -> str | None:
    """Why `ip` is refused, or None for public addresses and those that the operator allows.

    An IPv4-mapped IPv6 address (`::ffff:…`) is checked as the IPv4 address.
    """
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if any(ip in network for network in allow):
        return None
    closed: dict[IPv4Network, str] | dict[IPv6Network, str]
    closed = _CLOSED_V4 if isinstance(ip, IPv4Address) else _CLOSED_V6
    for network, kind in closed.items():
        if ip in network:
            return f"{ip} is {kind}"
    if isinstance(ip, IPv6Address) and ip not in _PUBLIC_V6:
        return f"{ip} is not a public address"
    return None


def check_url(url: str, *, allow: Sequence[Network] | None = None) -> str:
    """The URL as it is requested: host in lower-case ASCII, no fragment, no default port.

    Raise FetchError (ADDRESS) for anything but plain http and https: no user names, no odd
    spellings, nothing that two programs could read as two different hosts.  With `allow`, a host
    that is an IP address is checked at once (EGRESS); names are checked when connecting.
    """
    text = url.strip()
    if len(text) > MAX_URL_CHARACTERS:
        raise _bad(f"it is longer than {MAX_URL_CHARACTERS} characters")
    if _FORBIDDEN.search(text):
        raise _bad("it contains white space, a backslash or a control character")
    if not text.lower().startswith(("http://", "https://")):
        raise _bad('it has to start with "https://" or "http://"')
    try:
        parsed = URL(text)
    except ValueError:
        raise _bad("its host or port can't be read") from None
    if "@" in re.split("[/?#]", text.split("//", 1)[1], maxsplit=1)[0]:
        raise _bad("it must not contain a user name or password")
    if parsed.explicit_port == 0:
        raise _bad("port 0 can't be connected to")
    literal = _check_host(parsed.raw_host or "")
    why = refusal(literal, allow) if literal and allow is not None else None
    if why:
        raise FetchError(FeedReason.EGRESS, f"{why}; {_HINT}")
    return f"{parsed.scheme}://{parsed.host_port_subcomponent}{parsed.raw_path_qs}"


def _check_host(host: str) -> Address | None:
    """The IP address that the host is, or None for a name.  Raise FetchError for neither."""
    if not host:
        raise _bad("it names no host")
    if host.rstrip(".").rpartition(".")[2] == "localhost":  # always this host (RFC 6761)
        return IPv4Address("127.0.0.1")
    if ":" not in host and not _NUMERIC_HOST.fullmatch(host):
        if not _HOST_NAME.fullmatch(host):
            raise _bad("its host is not a valid DNS name")
        return None
    try:
        literal = ip_address(host)
    except ValueError:
        raise _bad('its host is not an IP address in the usual form, like "192.0.2.1"') from None
    if isinstance(literal, IPv6Address) and literal.scope_id:
        raise _bad("its host names a network interface")
    return literal


def is_literal_in(url: str, networks: Sequence[Network]) -> bool:
    """Whether the host of this checked URL is an IP address in one of these ranges."""
    try:
        literal = ip_address(URL(url, encoded=True).raw_host or "")
    except ValueError:
        return False
    return any(literal in network for network in networks)


def _bad(why: str) -> FetchError:
    return FetchError(FeedReason.ADDRESS, f"this address can't be requested: {why}")


def refused(error: BaseException | None) -> EgressRefused | None:
    """The guard's refusal inside an aiohttp error, if it caused the error."""
    while error is not None:
        if isinstance(error, EgressRefused):
            return error
        error = getattr(error, "os_error", None) or error.__cause__
    return None


def open_session(
    *,
    allow: Sequence[Network] = (),
    resolver: AbstractResolver | None = None,
    connections: int = 50,
    per_host: int = 4,
    proxy: OutboundProxy | None = None,
) -> aiohttp.ClientSession:
    """A guarded HTTP client: no cookies, no proxy from the environment, no decompression.

    Call it inside the running loop, and close it there.  `resolver` replaces the system's; its
    answers are checked as well.  A request to a refused address raises
    aiohttp.ClientConnectorError with EgressRefused inside (see `refused`).
    """
    inner = resolver or _SystemResolver(min(connections, 64))
    guard = _Guard(allow=tuple(allow), proxy=proxy)
    return aiohttp.ClientSession(
        connector=_GuardedConnector(
            _GuardedResolver(inner, guard), guard, connections=connections, per_host=per_host
        ),
        proxy=proxy.url if proxy else None,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        max_line_size=MAX_HEADER_BYTES,
        max_field_size=MAX_HEADER_BYTES,
        max_headers=MAX_HEADERS,
    )


@dataclass(slots=True, kw_only=True)
class _Guard:
    """Which addresses may be connected to."""

    allow: tuple[Network, ...]
    proxy: OutboundProxy | None
    # address and port of the proxy itself; the operator has named it, so it may be anywhere
    of_proxy: set[tuple[str, int]] = field(default_factory=set)

    def refusal(self, address: str, port: int) -> str | None:
        """Why this IP address may not be connected to; None when it may."""
        if (address, port) in self.of_proxy:
            return None
        return refusal(ip_address(address), self.allow)


class _GuardedConnector(aiohttp.TCPConnector):
    """Opens a socket only for an address that the guard accepts."""

    def __init__(
        self,
        resolver: _GuardedResolver,
        guard: _Guard,
        *,
        connections: int,
        per_host: int,
    ) -> None:
        # aiohttp does not call the resolver when the host is an IP address; the socket factory
        # gets every address, immediately before connecting.
        super().__init__(
            resolver=resolver,
            use_dns_cache=False,  # DNS has its own; a short TTL must stay short
            limit=connections,
            limit_per_host=per_host,
            socket_factory=self._open_socket,
        )
        self._guard = guard
        self._names = resolver
        if guard.proxy is not None:
            with suppress(ValueError):  # its host is a name, which the resolver will meet
                literal = str(ip_address(guard.proxy.url.raw_host or ""))
                guard.of_proxy.add((literal, guard.proxy.url.port or 0))
        # aiohttp has no public way to replace its protocol; the version is pinned.
        self._factory = partial(_lenient_protocol, loop=self._loop)

    def _open_socket(self, target: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = target
        why = self._guard.refusal(address[0], address[1])
        if why:
            raise EgressRefused(why)
        return socket.socket(family=family, type=kind, proto=protocol)

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - the parameter of the overridden method
    ) -> Connection:
        """Check what the proxy will connect to, as far as it can be known here."""
        proxy, host = self._guard.proxy, req.url.raw_host or ""
        if proxy is not None:
            if proxy.is_direct(host):
                req.update_proxy(None, None, None)
            else:
                self._check_behind_proxy(req, host)
                req.update_proxy(proxy.url, None, proxy.headers)
        return await super().connect(req, traces, timeout)

    def _check_behind_proxy(self, req: aiohttp.ClientRequest, host: str) -> None:
        """Raise ClientConnectorError, as for a refused socket."""
        try:
            literal = _check_host(host)
            why = refusal(literal, self._guard.allow) if literal else None
        except FetchError as error:
            why = str(error)
        if why:
            raise aiohttp.ClientConnectorError(req.connection_key, EgressRefused(why))

    async def close(self, *, abort_ssl: bool = False) -> None:
        await super().close(abort_ssl=abort_ssl)
        await self._names.close()


def _lenient_protocol(loop: asyncio.AbstractEventLoop) -> ResponseHandler:
    return LenientResponseHandler(loop)


class _GuardedResolver(AbstractResolver):
    """Drops refused addresses, so that an accepted one of the same name is used."""

    def __init__(self, inner: AbstractResolver, guard: _Guard) -> None:
        self._inner = inner
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        results = await self._inner.resolve(host, port, family)
        proxy = self._guard.proxy
        if proxy is not None and proxy.is_itself(host, port):
            self._guard.of_proxy.update((result["host"], port) for result in results)
        reasons = [self._guard.refusal(result["host"], port) for result in results]
        accepted = [result for result, why in zip(results, reasons, strict=True) if why is None]
        if accepted:
            return accepted
        if not results:
            raise OSError(None, "the name has no address")
        raise EgressRefused(f"{host} has no public address: {reasons[0]}")

    async def close(self) -> None:
        await self._inner.close()


class _SystemResolver(AbstractResolver):
    """The system's resolver, called in threads of its own.

    asyncio's threads are few and shared: some names that do not resolve would block all others.
    """

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = await asyncio.get_running_loop().run_in_executor(
            self._threads, _look_up, host, port, family
        )
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=kind,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, address in addresses
        ]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(
    host: str, port: int, family: socket.AddressFamily
) -> list[tuple[socket.AddressFamily, str]]:
    entries = socket.getaddrinfo(
        host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
    )
    return [(kind, str(address[0])) for kind, _, _, _, address in entries]
