"""Cookies for one request and its redirects: to the host that set them, then forgotten."""

from __future__ import annotations

from http.cookies import SimpleCookie
from urllib.parse import urlsplit

MAX_COOKIES = 20  # of one host
MAX_CHARACTERS = 4_000


class ChainCookies:
    """What the hosts of one redirect chain have set."""

    def __init__(self) -> None:
        self._by_host: dict[str, dict[str, str]] = {}

    def take(self, url: str, cookies: SimpleCookie) -> None:
        """Remember the cookies that an answer from this address sets; expired ones are removed."""
        jar = self._by_host.setdefault(urlsplit(url).netloc, {})
        for name, morsel in cookies.items():
            if morsel["max-age"] == "0" or not morsel.coded_value:
                jar.pop(name, None)
            elif len(jar) < MAX_COOKIES:
                jar[name] = morsel.coded_value

    def header(self, url: str) -> dict[str, str]:
        """The Cookie header for a request to this address; empty when its host has set none."""
        jar = self._by_host.get(urlsplit(url).netloc, {})
        value = "; ".join(f"{name}={text}" for name, text in jar.items())
        return {"Cookie": value} if value and len(value) <= MAX_CHARACTERS else {}
