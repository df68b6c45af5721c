"""Notices of lists in the console: how much changed since a page was shown, from the event log.

The page asks every half minute; without JavaScript it is what it was when it was opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from fastapi import Request, Response

from monitor.access.permissions import Act
from monitor.domain.events.event_types import EventSubject, EventType
from monitor.store.events.event_log import EventPosition, parse_position
from monitor.store.store import Store
from monitor.web.console.frame.place_router import PlaceRouter
from monitor.web.console.frame.rendering import render
from monitor.web.site.context import SiteContext

_MOST_EVENTS = 1_000  # that are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNotice:
    """The notice of one list."""

    path: str  # of the list
    act: Act  # that reading the list needs
    subject: EventSubject
    words: tuple[str, str]  # for one, and for several

    def add_to(self, place: PlaceRouter, site: SiteContext) -> None:
        """Add the address that the page asks; before those of single items."""

        @place.get(f"{self.path}/news", self.act)
        async def news(request: Request, after: str = "") -> Response:
            position = parse_position(after)
            count = 0
            if position is not None:
                count = await site.read(partial(self._count, position=position))
            return render(site, request, "news", {"count": count, "text": self._text(count)})

    async def address(self, site: SiteContext) -> str:
        """What a page asks that is read from now on: what is in the list is not new."""
        newest = await site.read(lambda store: store.event_log.newest())
        return f"{self.path}/news?after={quote(str(newest))}"

    def _count(self, store: Store, *, position: EventPosition) -> int:
        if store.event_log.newest().log != position.log:
            return 0  # the page is of before a restore: these numbers are of other events
        types = [event_type for event_type in EventType if event_type.subject is self.subject]
        return store.event_log.count_since(position.number, types, _MOST_EVENTS)

    def _text(self, count: int) -> str:
        word, words = self.words
        return f"1 {word} changed" if count == 1 else f"{count:,} {words} changed"
