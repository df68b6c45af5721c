"""Lesson: the articles of the place Teaching in their order, kept in the address of the page.

So a lesson can be left and taken up again, an article skipped and gone back to, without anything
that the service has to remember.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

PATH = "/console/teaching"
SIZE = 10  # articles, as many as `monitor marks next` proposes
_SHOWN_KEY = 16  # characters: enough to find an article
_KEYS = re.compile(r"[0-9a-z]{1,64}(\.[0-9a-z]{1,64})*", re.ASCII)
_MOST = 50  # keys that an address may name


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """The beginnings of the keys of some articles, and which of them is looked at."""

    keys: tuple[str, ...] = ()
    at: int = 0
    topic: str = ""  # whose packs the page shows; empty: the first one's

    @property
    def key(self) -> str:
        """That of the article to look at; empty where there is none."""
        return self.keys[self.at] if self.at < len(self.keys) else ""

    @property
    def place(self) -> str:
        """ "3 of 10" """
        return f"{self.at + 1} of {len(self.keys)}"

    @property
    def address(self) -> str:
        """The page of this article."""
        query: dict[str, object] = {"topic": self.topic} if self.topic else {}
        if self.keys:
            query |= {"list": ".".join(self.keys), "at": self.at}
        return f"{PATH}?{urlencode(query)}" if query else PATH

    @property
    def next_address(self) -> str:
        """The page of the next article; after the last one that of another lesson."""
        if self.at + 1 < len(self.keys):
            return replace(self, at=self.at + 1).address
        return replace(self, keys=(), at=0).address

    @property
    def previous_address(self) -> str:
        """The page of the article before; empty at the first."""
        return replace(self, at=self.at - 1).address if self.at else ""


def lesson_of(keys: Sequence[str], topic: str = "") -> Lesson:
    """A new lesson of these articles."""
    return Lesson(keys=tuple(key[:_SHOWN_KEY] for key in keys), topic=topic)


def parse_lesson(keys: str, at: str, topic: str = "") -> Lesson:
    """The lesson of an address; an empty one for a text that none has written."""
    if not _KEYS.fullmatch(keys) or not (at or "0").isascii() or not (at or "0").isdigit():
        return Lesson(topic=topic)
    listed = tuple(keys.split("."))[:_MOST]
    place = min(int((at or "0")[:4]), len(listed) - 1)
    return Lesson(keys=listed, at=place, topic=topic)
