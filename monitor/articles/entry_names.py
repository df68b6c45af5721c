"""Names of entries: the keys and aliases made of guid, URL and headline, and which are ambiguous.

A name that one document gives to several stories identifies none of them.  Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from monitor.domain.feeds import Entry
from monitor.domain.keys import key_of
from monitor.text import comparison
from monitor.text.placeholders import is_placeholder
from monitor.text.urls import names_an_article, naming_fragment, normal_url

# Guid and URL of an entry, as they identify it.
Name = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifiedEntry:
    """An entry and every key that may identify it."""

    entry: Entry
    key: str  # of the guid, else of the URL, else of the content
    alias: str  # of the URL: the same for every guid and feed
    story_key: str  # of guid, URL and headline together
    wording: str  # changes with the headline and the text
    headline_alias: str  # of URL and headline
    # Of guid and URL where other entries of the document have them too: an article may have been
    # stored under them when it was alone.
    shared_keys: tuple[str, ...] = ()
    shared_aliases: tuple[str, ...] = ()

    @property
    def content_key(self) -> str:
        """Of guid, URL, headline and text together: seldom needed, and dear for a long text."""
        return key_of(self.story_key, self.entry.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """An entry with what its publisher names it by."""

    entry: Entry
    guid: str | None
    page: str | None  # the normalized URL
    address: str | None  # the same, with the fragment where a page has several entries
    headline: str


def identified(
    feed_key: str, entries: Sequence[Entry], *, but: Collection[int] = frozenset()
) -> list[IdentifiedEntry]:
    """The entries of one document with their keys, in order; without those at the places `but`.

    A guid or URL that a document gives to different stories identifies none of them: such entries
    are identified by guid, URL and headline together.  Where several entries are places of one
    page, the fragment belongs to the URL.  The entries left out count for that.
    """
    named = _named(entries)
    shared_guids = _ambiguous(
        (entry.guid, (_article_page(entry), entry.headline)) for entry in named
    )
    shared_addresses = _ambiguous((entry.address, entry.headline) for entry in named)
    return [
        _identified(
            feed_key,
            entry,
            has_own_guid=bool(entry.guid) and entry.guid not in shared_guids,
            has_own_address=bool(entry.address) and entry.address not in shared_addresses,
        )
        for place, entry in enumerate(named)
        if place not in but
    ]


def _named(entries: Sequence[Entry]) -> list[_Named]:
    pages = [normal_url(entry.url) if entry.url else None for entry in entries]
    fragments = [naming_fragment(entry.url) if entry.url else "" for entry in entries]
    headlines = [headline_words(entry) for entry in entries]
    divided = _ambiguous(zip(pages, headlines, strict=True)) & _ambiguous(
        zip(pages, fragments, strict=True)
    )
    return [
        _Named(
            entry=entry,
            guid=identifying_guid(entry),
            page=page,
            address=f"{page}#{fragment}" if page in divided and fragment else page,
            headline=headline,
        )
        for entry, page, fragment, headline in zip(
            entries, pages, fragments, headlines, strict=True
        )
    ]


def _identified(
    feed_key: str, named: _Named, *, has_own_guid: bool, has_own_address: bool
) -> IdentifiedEntry:
    entry, guid, address = named.entry, named.guid, named.address
    story_key = _story_key(feed_key, entry, guid)
    key = story_key
    if guid and has_own_guid:
        key = key_of(feed_key, "guid", guid)
    elif address and has_own_address and not guid:
        key = key_of(feed_key, "url", address)
    headline_alias = _headline_alias(feed_key, entry, address)
    is_article = has_own_address and (address != named.page or names_an_article(entry.url or ""))
    alias = key_of("alias", address or "") if is_article else headline_alias
    shared_keys, shared_aliases = _shared_names(feed_key, named)
    return IdentifiedEntry(
        entry=entry,
        key=key,
        alias=alias,
        story_key=story_key,
        wording=comparison.wording_key(entry.title, entry.text),
        headline_alias=headline_alias,
        shared_keys=tuple(name for name in shared_keys if name != key),
        shared_aliases=tuple(name for name in shared_aliases if name != alias),
    )


def _shared_names(feed_key: str, named: _Named) -> tuple[list[str], list[str]]:
    """The keys and aliases that the entry would have if no other entry had its guid and page."""
    keys, aliases = [], []
    if named.guid:
        keys.append(key_of(feed_key, "guid", named.guid))
    if named.page:
        if not named.guid:
            keys.append(key_of(feed_key, "url", named.page))
        if names_an_article(named.entry.url or ""):
            aliases.append(key_of("alias", named.page))
        else:
            aliases.append(_headline_alias(feed_key, named.entry, named.page))
    return keys, aliases


def _story_key(feed_key: str, entry: Entry, guid: str | None) -> str:
    if guid or entry.url:
        return key_of(feed_key, "story", guid or "", entry.url or "", entry.title)
    return key_of(feed_key, "text", entry.title, entry.text)


def _headline_alias(feed_key: str, entry: Entry, address: str | None) -> str:
    """A key of URL and headline; without a URL one of the headline, in this feed only."""
    return key_of("alias", feed_key if address is None else address, comparison.folded(entry.title))


def _article_page(named: _Named) -> str:
    """The page that a guid stands for, where the URL looks like an article's."""
    return named.page or "" if named.entry.url and names_an_article(named.entry.url) else ""


def _ambiguous(pairs: Iterable[tuple[str | None, object]]) -> set[str | None]:
    """The names that stand for more than one thing."""
    meanings: dict[str, object] = {}
    ambiguous: set[str | None] = set()
    for name, meaning in pairs:
        if name and meanings.setdefault(name, meaning) != meaning:
            ambiguous.add(name)
    return ambiguous


def identifying_guid(entry: Entry) -> str | None:
    """The entry's guid; None for a placeholder such as "N/A", which identifies nothing."""
    return None if not entry.guid or is_placeholder(entry.guid) else entry.guid


def name_of(entry: Entry) -> Name:
    """What identifies the entry for its publisher."""
    return identifying_guid(entry), entry.url


def headline_words(entry: Entry) -> str:
    """The words of the headline, without regard to case and punctuation."""
    return " ".join(comparison.tokens(entry.title)) or entry.title
