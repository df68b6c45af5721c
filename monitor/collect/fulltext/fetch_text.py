"""From an article's address to its text: one polite request, then a child that reads the page."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Protocol

from monitor.domain.errors import ParseError
from monitor.domain.feeds import Fetched
from monitor.domain.ports import Parser
from monitor.domain.reasons import FeedReason

MISSING = (
    "full texts need the library trafilatura, which is not installed:"
    " pip install 'watchpost[fulltext]'"
)
_WEB_PAGES = ("", "text/html", "application/xhtml+xml")


class PageFetcher(Protocol):
    """The way to a web page."""

    async def page(self, url: str, /) -> Fetched:
        """Raise FetchError."""


class PageReader:
    """Asks with one, reads with the other; without the library it says so of every page."""

    def __init__(self, ask: PageFetcher, extract: Parser) -> None:
        self._ask = ask
        self._extract = extract

    async def read(self, url: str, /) -> str:
        """The main text of the page at this address.  Raise FetchError or ParseError."""
        if not is_installed():
            raise ParseError(FeedReason.NO_TEXT, MISSING)
        fetched = await self._ask.page(url)
        kind = fetched.content_type.partition(";")[0].strip().lower()
        if kind not in _WEB_PAGES:
            raise ParseError(FeedReason.NO_TEXT, f"it is {kind[:60]}, no web page")
        read = await self._extract.parse(fetched)
        return "".join(entry.text for entry in read.entries)


def is_installed() -> bool:
    """Can pages be read here?"""
    return find_spec("trafilatura") is not None
