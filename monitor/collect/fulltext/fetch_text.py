"""Full text of an article: fetches its web page, then extracts the text in a child process."""

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
    """Fetches web pages."""

    async def fetch_page(self, url: str, /) -> Fetched:
        """Request one page.  Raise FetchError."""


class PageReader:
    """Reads the text of web pages; without trafilatura every read raises ParseError."""

    def __init__(self, fetcher: PageFetcher, extractor: Parser) -> None:
        self._fetcher = fetcher
        self._extractor = extractor

    async def read(self, url: str, /) -> str:
        """The main text of the page at this address.  Raise FetchError or ParseError."""
        if not is_installed():
            raise ParseError(FeedReason.NO_TEXT, MISSING)
        fetched = await self._fetcher.fetch_page(url)
        kind = fetched.content_type.partition(";")[0].strip().lower()
        if kind not in _WEB_PAGES:
            raise ParseError(FeedReason.NO_TEXT, f"it is {kind[:60]}, not a web page")
        page = await self._extractor.parse(fetched)
        return "".join(entry.text for entry in page.entries)


def is_installed() -> bool:
    """Whether the extraction library is installed."""
    return find_spec("trafilatura") is not None
