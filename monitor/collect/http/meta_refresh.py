"""Meta refresh: the redirect of a web page that a static host serves at a feed's old address."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin, urlsplit

# A page with more than this is an article or a home page, which refreshes itself for its readers.
MAX_CHARACTERS = 5_000
_META = re.compile(r"<meta\b[^>]{0,500}>", re.IGNORECASE)
_IS_REFRESH = re.compile(r"""http-equiv\s*=\s*["']?\s*refresh\b""", re.IGNORECASE)
_TARGET = re.compile(
    r"""content\s*=\s*(?P<quote>["']?)\s*\d*\s*[;,]?\s*url\s*=\s*["']?\s*(?P<url>[^"'>]+)""",
    re.IGNORECASE,
)


def refresh_target(page: str, url: str) -> str | None:
    """The absolute address that a short page refreshes to; None where there is none, or itself."""
    if len(page) > MAX_CHARACTERS:
        return None
    for meta in _META.findall(page):
        target = _TARGET.search(meta) if _IS_REFRESH.search(meta) else None
        if target:
            address = urljoin(url, html.unescape(target["url"]).strip())
            return address if address != url else None
    return None


def is_same_site(url: str, other: str) -> bool:
    """Whether one host is the other, or a part of it: www.example.org and example.org."""
    hosts = sorted(
        (urlsplit(address).hostname or "").removeprefix("www.") for address in (url, other)
    )
    shorter, longer = sorted(hosts, key=len)
    return bool(shorter) and (longer == shorter or longer.endswith(f".{shorter}"))
