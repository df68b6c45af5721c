"""Types of settings: durations, networks, URLs, times of day and zones, with their validation."""

from __future__ import annotations

import re
from datetime import time, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BeforeValidator,
    PlainSerializer,
    SecretStr,
)

from monitor.text.formats import duration_text

_HOST_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
# A hundred years: before and after now, even twice in a row, such a time is within the calendar.
LONGEST_DURATION = timedelta(days=36_500)


class TooLongDuration(ValueError):
    """A duration that may lead out of the calendar, whose years are 1 to 9999."""

    def __init__(self) -> None:
        super().__init__(f"give {duration_text(LONGEST_DURATION)} at most")


def duration(text: object) -> timedelta:
    """ "1h30m" → timedelta.

    Raise ValueError for "" and for a number without a unit, TooLongDuration.
    """
    if isinstance(text, timedelta):
        return text
    match = _DURATION.fullmatch(str(text).strip())
    if not match or not any(match.groups()):
        raise ValueError('a duration is written with its unit: "45s", "30m", "6h", "2d", "1h30m"')
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    try:
        length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        raise TooLongDuration from None
    if length > LONGEST_DURATION:
        raise TooLongDuration
    return length


def _network(text: object) -> IPv4Network | IPv6Network:
    try:
        return ip_network(str(text), strict=False)
    except ValueError:
        raise ValueError('an address range looks like "10.1.0.0/16" or "fd00::/8"') from None


def _positive(value: timedelta) -> timedelta:
    if value <= timedelta():
        raise ValueError("must be longer than zero")
    return value


def _listen(text: object) -> str:
    """ "127.0.0.1:8080", "[::1]:8080", or ""."""
    host, _, port = str(text).strip().rpartition(":")
    if str(text).strip() and not (host and port.isascii() and port.isdigit() and int(port) < 2**16):
        raise ValueError('an address to listen at looks like "127.0.0.1:8080" or "[::1]:8080"')
    return str(text).strip()


def _public_url(text: object) -> str:
    """An https URL that paths can be appended to, or ""."""
    url = str(text).strip().rstrip("/")
    parts = urlsplit(url)  # its ValueError says what is wrong with it
    is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    usable = parts.scheme == "https" or (parts.scheme == "http" and is_here)
    is_plain = url.isascii() and not re.search(r"[\s<>\"]", url) and len(url) <= 200
    if (url and not (usable and parts.hostname and is_plain)) or parts.query or parts.fragment:
        raise ValueError(
            'a public address looks like "https://alerts.example.org"; mail programs ask https only'
        )
    return url


def _host_name(text: object) -> str:
    """ "watch.example.org" or an IP address, without scheme and port; in lower case."""
    name = str(text).strip().lower().rstrip(".").strip("[]")
    if not _HOST_NAME.fullmatch(name) and not _is_ip_address(name):
        raise ValueError(
            'a host name looks like "watch.example.org", without "https://" and without a port'
        )
    return name


def _proxy_exemption(text: object) -> str:
    """A host name, or ".internal.example.org" for every host below it as well."""
    name = str(text).strip()
    return f".{_host_name(name[1:])}" if name.startswith(".") else _host_name(name)


def _is_ip_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _mailbox(text: object) -> str:
    """ "alerts@example.org", or ""."""
    mailbox = str(text).strip()
    is_plain = re.fullmatch(r"[^@\s<>,:;\"]{1,64}@[\w.-]{1,190}", mailbox)
    if mailbox and not (mailbox.isascii() and is_plain):
        raise ValueError('a mailbox looks like "unsubscribe@example.org"')
    return mailbox


Mailbox = Annotated[str, BeforeValidator(_mailbox)]


def _clock(text: object) -> time:
    """ "07:00" """
    try:
        clock = text if isinstance(text, time) else time.fromisoformat(str(text).strip())
    except ValueError:
        raise ValueError('a time of day looks like "07:00"') from None
    return clock.replace(second=0, microsecond=0, tzinfo=None)


def _zone(text: object) -> str:
    """The name of a time zone that exists on this machine."""
    try:
        return ZoneInfo(str(text)).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError('a time zone has a name like "Europe/Kyiv" or "UTC"') from None


def _call_url(text: object) -> str:
    """An http(s) URL, or ""."""
    url = str(text).strip()
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError('an address to call looks like "https://hc.example.org/ping/…"')
    return url


def _issuer_url(text: object) -> str:
    """ "https://id.example.org/realms/desk", or "": kept to the letter, as tokens repeat it."""
    url = str(text).strip()
    if not url:
        return ""
    parts = urlsplit(url)
    is_local = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_local):
        raise ValueError('an issuer looks like "https://id.example.org"')
    if not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("an issuer has a host and no query, fragment or user name")
    return url


def _header_name(text: object) -> str:
    """ "X-Forwarded-User", or ""."""
    name = str(text).strip()
    if name and not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,99}", name):
        raise ValueError('a header has a name like "X-Forwarded-User"')
    return name


HeaderName = Annotated[str, BeforeValidator(_header_name)]
IssuerUrl = Annotated[str, BeforeValidator(_issuer_url)]

Clock = Annotated[
    time, BeforeValidator(_clock), PlainSerializer(lambda at: f"{at:%H:%M}", return_type=str)
]


Zone = Annotated[str, BeforeValidator(_zone)]


CallUrl = Annotated[SecretStr, BeforeValidator(_call_url)]


HostName = Annotated[str, BeforeValidator(_host_name)]


ProxyExemption = Annotated[str, BeforeValidator(_proxy_exemption)]


Listen = Annotated[str, BeforeValidator(_listen)]


PublicUrl = Annotated[str, BeforeValidator(_public_url)]


Duration = Annotated[
    timedelta,
    BeforeValidator(lambda value: _positive(duration(value))),
    PlainSerializer(duration_text),
]

FOREVER = "forever"


def _keep(value: object) -> timedelta | None:
    """ "180d" → timedelta; "forever" → None."""
    if value is None or str(value).strip().lower() == FOREVER:
        return None
    return _positive(duration(value))


# How long something is kept; None: for ever.
Keep = Annotated[
    timedelta | None,
    BeforeValidator(_keep),
    PlainSerializer(lambda value: FOREVER if value is None else duration_text(value)),
]


Network = Annotated[
    IPv4Network | IPv6Network, BeforeValidator(_network), PlainSerializer(str, return_type=str)
]
