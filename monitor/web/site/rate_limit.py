"""How often somebody may ask, by whatever name: the last few times are remembered, no more."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

# Names remembered; whoever comes with more at once makes us forget the eldest, and meets the
# limit on all together.
_MOST_NAMES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many times within so long."""

    times: int
    within: timedelta


class Limits:
    """Counts who asked when.  In memory: a restart forgets, and that harms little."""

    def __init__(self) -> None:
        self._asked: OrderedDict[str, deque[datetime]] = OrderedDict()

    def allow(self, name: str, limit: Limit, now: datetime) -> bool:
        """May this one ask again?  If so, it has."""
        times = self._asked.setdefault(name, deque(maxlen=limit.times))
        self._asked.move_to_end(name)
        if len(self._asked) > _MOST_NAMES:
            self._asked.popitem(last=False)
        while times and now - times[0] >= limit.within:
            times.popleft()
        if len(times) >= limit.times:
            return False
        times.append(now)
        return True


def network(host: str) -> str:
    """Whose an address is, as far as limits go: a /24 of IPv4, a /48 of IPv6."""
    try:
        address = ip_address(host)
    except ValueError:  # a socket file, or what a proxy made up
        return host[:64]
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ip_network((address, 24 if address.version == 4 else 48), strict=False))
