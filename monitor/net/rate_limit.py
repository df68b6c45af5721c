"""Rate limits by name: at most so many requests within a span of time, counted in memory."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

# Names to remember; beyond that the oldest are dropped, and only the limit on all requests
# together remains.
_MAX_NAMES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """At most `times` requests within a span of time."""

    times: int
    within: timedelta


class RateLimiter:
    """Counts requests by name, in memory: a restart resets the counts."""

    def __init__(self) -> None:
        self._requests: OrderedDict[str, deque[datetime]] = OrderedDict()

    def allow(self, name: str, limit: RateLimit, now: datetime) -> bool:
        """Whether this name may make a request now; if so, the request is counted."""
        return not self.wait(name, limit, now)

    def wait(self, name: str, limit: RateLimit, now: datetime) -> timedelta:
        """How long this name must wait before a request; zero: it is allowed, and counted."""
        times = self._requests.setdefault(name, deque(maxlen=limit.times))
        self._requests.move_to_end(name)
        if len(self._requests) > _MAX_NAMES:
            self._requests.popitem(last=False)
        while times and now - times[0] >= limit.within:
            times.popleft()
        if len(times) >= limit.times:
            return times[0] + limit.within - now
        times.append(now)
        return timedelta()

    def left(self, name: str, limit: RateLimit, now: datetime) -> tuple[int, timedelta]:
        """How many requests this name has left, and after what time it has all of them again."""
        times = self._requests.get(name, deque())
        counted = [at for at in times if now - at < limit.within]
        until_reset = counted[-1] + limit.within - now if counted else timedelta()
        return limit.times - len(counted), until_reset


def network(host: str) -> str:
    """The network that limits apply to: the /24 of an IPv4 address, the /48 of an IPv6 one."""
    try:
        address = ip_address(host)
    except ValueError:  # a socket file, or an invalid X-Forwarded-For
        return host[:64]
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ip_network((address, 24 if address.version == 4 else 48), strict=False))
