"""Splits the text of an XML feed into its items without parsing it, or declines to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

# Comments, CDATA sections and instructions can hide a tag; a declaration can redefine any text.
_TAG = re.compile(
    r"<(?:(?P<declaration>!)|(?P<instruction>\?)"
    r"|(?P<end>/?)(?P<prefix>[\w.-]+:)?(?P<name>item|entry|rss|rdf|feed|channel)(?=[\s/>]))",
    re.IGNORECASE,
)
_ITEMS = ("item", "entry")
_HIDING = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))


class NotSplittable(Exception):
    """The document is not a head, a sequence of items, and a tail."""


@dataclass(frozen=True, slots=True)
class FeedParts:
    """A document in three parts: the text before the items, the items, the text after them."""

    head: str
    blocks: tuple[str, ...]  # one item each, with its tags; only white space was between them
    tail: str


def split_items(text: str) -> FeedParts | None:
    """Return the parts of a document, or None when they are in any doubt.

    This does not check that the document is well-formed, only that nothing a parser might skip or
    expand could move the beginning or the end of an item.
    """
    try:
        spans = _item_spans(text)
        blocks = _cut(text, spans)
    except NotSplittable:
        return None
    if not blocks:
        return FeedParts(text, (), "")
    return FeedParts(text[: spans[0][0]], blocks, text[spans[-1][1] :])


def _item_spans(text: str) -> list[tuple[int, int]]:
    """The start and end offset of each item.  Raise NotSplittable."""
    spans: list[tuple[int, int]] = []
    open_at: int | None = None
    item_name = ""
    for tag in _visible_tags(text):
        name = tag["name"]
        if name.lower() not in _ITEMS:
            if open_at is not None:
                raise NotSplittable  # a feed within an item
            continue
        item_name = item_name or name
        if tag["prefix"] or name != item_name or (open_at is None) == bool(tag["end"]):
            raise NotSplittable  # items of two names, or nested ones
        tag_end = text.find(">", tag.end())
        if tag_end < 0 or text[tag_end - 1] == "/":
            raise NotSplittable
        if open_at is None:
            open_at = tag.start()
        else:
            spans.append((open_at, tag_end + 1))
            open_at = None
    if open_at is not None:
        raise NotSplittable
    return spans


def _visible_tags(text: str) -> Iterator[re.Match[str]]:
    """The tags of items and feeds that are not hidden.  Raise NotSplittable."""
    position = 0
    while tag := _TAG.search(text, position):
        if tag["name"] is None:
            position = _after_hidden(text, tag.start())
        else:
            yield tag
            position = tag.end()


def _after_hidden(text: str, start: int) -> int:
    """The end of a comment, CDATA section or instruction.  Raise NotSplittable otherwise."""
    for opening, closing in _HIDING:
        if text.startswith(opening, start):
            end = text.find(closing, start + len(opening))
            if end >= 0:
                return end + len(closing)
    raise NotSplittable


def _cut(text: str, spans: list[tuple[int, int]]) -> tuple[str, ...]:
    """The items at these offsets.  Raise NotSplittable when other text is between them."""
    for (_, end), (start, _) in pairwise(spans):
        if text[end:start].strip():
            raise NotSplittable
    return tuple(text[start:end] for start, end in spans)
