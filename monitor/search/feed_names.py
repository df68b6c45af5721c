"""Names of feeds in search questions: which feeds a reference such as `feed:wire` means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.domain.keys import SHORTEST_BEGINNING
from monitor.search.question import FromFeed, Node, leaves


@dataclass(frozen=True, slots=True)
class NamedFeed:
    """A feed by everything that a question may call it."""

    key: str
    title: str
    tags: Sequence[str]  # of the operator


def references(tree: Node | None) -> set[str]:
    """The feeds as the question calls them."""
    return {leaf.reference for leaf in leaves(tree) if isinstance(leaf, FromFeed)}


def feed_keys(tree: Node | None, feeds: Iterable[NamedFeed]) -> dict[str, tuple[str, ...]]:
    """Feed reference of the question → the keys of the feeds that it names."""
    listed_feeds = tuple(feeds)
    return {reference: _keys(reference, listed_feeds) for reference in references(tree)}


def _keys(reference: str, feeds: Sequence[NamedFeed]) -> tuple[str, ...]:
    return (reference, *(feed.key for feed in feeds if _is_named(feed, reference)))


def _is_named(feed: NamedFeed, reference: str) -> bool:
    folded = reference.casefold()
    by_key = len(reference) >= SHORTEST_BEGINNING and feed.key.startswith(reference)
    tagged = folded in map(str.casefold, feed.tags)
    return by_key or tagged or folded in feed.title.casefold()
