"""Where does each item begin and end?  An XML feed as text, cut at its items, or not cut at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

# Comments, CDATA and instructions can hide a tag; a declaration can change what any text means.
_MARK = re.compile(
    r"<(?:(?P<declaration>!)|(?P<instruction>\?)"
    r"|(?P<end>/?)(?P<prefix>[\w.-]+:)?(?P<name>item|entry|rss|rdf|feed|channel)(?=[\s/>]))",
    re.IGNORECASE,
)
_ITEMS = ("item", "entry")
_HIDING = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))


class NotSplittable(Exception):
    """The document is not simply a head, items one after another, and a tail."""


@dataclass(frozen=True, slots=True)
class FeedParts:
    """A document in parts: what stands before the items, the items, what comes after."""

    head: str
    blocks: tuple[str, ...]  # each an item with its tags; only white space was between them
    tail: str


def split_items(text: str) -> FeedParts | None:
    """The parts of a document, or None where there is any doubt about them.

    Whether it is well-formed is not looked at: only that nothing a parser might skip or expand
    can make an item begin or end elsewhere than here.
    """
    try:
        places = _places(text)
        blocks = _cut(text, places)
    except NotSplittable:
        return None
    if not blocks:
        return FeedParts(text, (), "")
    return FeedParts(text[: places[0][0]], blocks, text[places[-1][1] :])


def _places(text: str) -> list[tuple[int, int]]:
    """Where each item starts and ends.  Raise Doubt."""
    places: list[tuple[int, int]] = []
    opened: int | None = None
    kind = ""
    for mark in _marks(text):
        name = mark["name"]
        if name.lower() not in _ITEMS:
            if opened is not None:
                raise NotSplittable  # a feed within an item
            continue
        kind = kind or name
        if mark["prefix"] or name != kind or (opened is None) == bool(mark["end"]):
            raise NotSplittable  # items under two names, or within each other
        close = text.find(">", mark.end())
        if close < 0 or text[close - 1] == "/":
            raise NotSplittable
        if opened is None:
            opened = mark.start()
        else:
            places.append((opened, close + 1))
            opened = None
    if opened is not None:
        raise NotSplittable
    return places


def _marks(text: str) -> Iterator[re.Match[str]]:
    """The tags of items and feeds, but for those that something hides.  Raise Doubt."""
    position = 0
    while mark := _MARK.search(text, position):
        if mark["name"] is None:
            position = _after_hidden(text, mark.start())
        else:
            yield mark
            position = mark.end()


def _after_hidden(text: str, start: int) -> int:
    """Where a comment, CDATA section or instruction ends.  Raise Doubt for anything else."""
    for opening, closing in _HIDING:
        if text.startswith(opening, start):
            end = text.find(closing, start + len(opening))
            if end >= 0:
                return end + len(closing)
    raise NotSplittable


def _cut(text: str, places: list[tuple[int, int]]) -> tuple[str, ...]:
    """The items at these places.  Raise Doubt when more than white space lies between them."""
    for (_, end), (start, _) in pairwise(places):
        if text[end:start].strip():
            raise NotSplittable
    return tuple(text[start:end] for start, end in places)
