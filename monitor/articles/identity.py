"""Identity of articles: which entries of a document are new, edited, known, or backlog.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.articles.entry_names import (
    IdentifiedEntry,
    Name,
    headline_words,
    identifying_guid,
    name_of,
)
from monitor.articles.wordings import Wording, are_alike
from monitor.domain.articles import Article, Decision
from monitor.domain.feeds import Entry, Feed, FeedState
from monitor.domain.keys import key_of
from monitor.domain.topics.topic_decisions import leading_first
from monitor.text import comparison
from monitor.text.urls import names_an_article, naming_fragment, normal_place, normal_url

# A publisher has given new guids and URLs to everything: this many new entries, and this share of
# them with a wording that the feed had before.
_LEAST_REPUBLISHED = 5
_REPUBLISHED_SHARE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """What identifies a stored article of the feed."""

    key: str
    alias: str
    wordings: frozenset[str]  # of the article now and before each edit
    url: str | None = None
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry to be judged: a new one, or the edit of a stored article."""

    key: str
    alias: str
    wording: str
    entry: Entry
    own_text: str | None = None  # the feed's text, where the entry's text includes the page's
    page: str = ""  # the result of fetching its page, as a sentence
    before: Article | None = None  # the article that it edits


# ── known, edited, new ───────────────────────────────────────────────────────────────────────────


def possibly_edited(
    entries: Iterable[IdentifiedEntry], stored: Collection[StoredEntry]
) -> set[str]:
    """The keys of the stored articles that some entry may be an edit of."""
    index = _StoredIndex(stored)
    keys: set[str] = set()
    for entry in entries:
        matches = index.of_same_name(entry)
        if not index.is_known(entry, matches):
            keys.update(match.key for match in matches)
    return keys


def new_or_edited(
    entries: Iterable[IdentifiedEntry],
    stored: Collection[StoredEntry],
    articles: Mapping[str, Article],
    *,
    shared: Collection[Name] = frozenset(),
) -> list[NewEntry]:
    """The entries to be judged, in the document's order; of versions of one story the first.

    An entry is known when a stored article with one of its names has, or had, its wording.  It is
    an edit when it is the same page or is alike; else its publisher used the name again, for
    another story.  `articles` are those of the keys from `possibly_edited`; `shared` are names
    that several stored articles have, so that they identify none of them.
    """
    index = _StoredIndex(stored)
    new_entries: dict[str, NewEntry] = {}
    wordings: dict[str, list[Wording]] = {}  # of new stories, by alias
    aliases = {article.alias for article in stored}
    for entry in entries:
        matches = index.of_same_name(entry)
        if index.is_known(entry, matches):
            continue
        before = _edited_article(entry, index, articles, shared)
        if before is not None:
            new_entries.setdefault(before.key, _new_entry(entry, before.key, entry.alias, before))
            continue
        wording = Wording(entry.entry.title, entry.entry.text)
        if any(are_alike(wording, other) for other in wordings.get(entry.alias, ())):
            continue  # the same story at the same address
        matched_keys = {match.key for match in matches}
        key = _first_free((entry.key, entry.story_key), new_entries, matched_keys)
        key = key or _first_free((entry.content_key,), new_entries, matched_keys)
        if key is None:
            continue
        # Articles with one alias cause one alert: another story needs an alias of its own.
        alias = _first_free((entry.alias, entry.headline_alias), aliases)
        alias = alias or key_of("alias", entry.content_key)
        aliases.add(alias)
        wordings.setdefault(alias, []).append(wording)
        new_entries[key] = _new_entry(entry, key, alias, None)
    return list(new_entries.values())


def _new_entry(entry: IdentifiedEntry, key: str, alias: str, before: Article | None) -> NewEntry:
    return NewEntry(key=key, alias=alias, wording=entry.wording, entry=entry.entry, before=before)


def _first_free(
    names: Iterable[str], used_names: Collection[str], more_used_names: Collection[str] = ()
) -> str | None:
    free = (name for name in names if name not in used_names and name not in more_used_names)
    return next(free, None)


class _StoredIndex:
    """The stored articles of a feed by their names and wordings."""

    def __init__(self, stored: Iterable[StoredEntry]) -> None:
        self._by_name: dict[str, list[StoredEntry]] = {}
        self._by_wording: dict[str, list[StoredEntry]] = {}
        for article in stored:
            for name in {article.key, article.alias}:
                self._by_name.setdefault(name, []).append(article)
            for wording in article.wordings:
                self._by_wording.setdefault(wording, []).append(article)

    def of_own_name(self, entry: IdentifiedEntry) -> list[StoredEntry]:
        """The articles with one of the entry's own names; first those of its own key."""
        return self._named((entry.key, entry.story_key, entry.alias))

    def of_shared_name(self, entry: IdentifiedEntry) -> list[StoredEntry]:
        """The articles with a name that the entry shares with others of its document."""
        return self._named((*entry.shared_keys, *entry.shared_aliases))

    def of_same_name(self, entry: IdentifiedEntry) -> list[StoredEntry]:
        return [*self.of_own_name(entry), *self.of_shared_name(entry)]

    def is_known(self, entry: IdentifiedEntry, matches: Iterable[StoredEntry]) -> bool:
        """Whether an article with its wording has one of its names, or was in the same place."""
        if any(entry.wording in match.wordings for match in matches):
            return True
        same_words = self._by_wording.get(entry.wording, ())
        return any(_is_same_place(entry.entry, article) for article in same_words)

    def _named(self, names: Iterable[str]) -> list[StoredEntry]:
        matches: list[StoredEntry] = []
        for name in names:
            matches += self._by_name.get(name, ())
        return matches


def _is_same_place(entry: Entry, article: StoredEntry) -> bool:
    """Whether the addresses differ in the host and in tokens only, and the dates do not differ."""
    dates = {entry.published_at, article.published_at}
    if None not in dates and len(dates) > 1:
        return False
    if entry.url is None or article.url is None:
        return entry.url == article.url
    return normal_place(entry.url) == normal_place(article.url)


def _edited_article(
    entry: IdentifiedEntry,
    index: _StoredIndex,
    articles: Mapping[str, Article],
    shared: Collection[Name],
) -> Article | None:
    """The first of the matching articles that the entry is an edit of.

    Where a name is shared by several stories, only an article with the entry's headline.
    """
    own, shared_by_document = index.of_own_name(entry), index.of_shared_name(entry)
    if not own and not shared_by_document:
        return None
    headline = headline_words(entry.entry)
    for match in own:
        article = articles.get(match.key)
        if article is None or not is_edit(entry.entry, article.feed_entry):
            continue
        if name_of(article.entry) not in shared or headline_words(article.entry) == headline:
            return article
    for match in shared_by_document:
        article = articles.get(match.key)
        if article is None or headline_words(article.entry) != headline:
            continue
        if is_edit(entry.entry, article.feed_entry):
            return article
    return None


def is_edit(entry: Entry, before: Entry) -> bool:
    """Whether an entry is the edit of another with the same name.

    Under the same guid at the same page it always is.  Else only when they are alike and, at
    another URL, have the same numbers in the headline: a guid may be used again.  Two places of
    one page (`#1`, `#2`) hold one story only under the same headline.
    """
    is_alike = are_alike(Wording(entry.title, entry.text), Wording(before.title, before.text))
    url = normal_url(entry.url) if entry.url else ""
    url_before = normal_url(before.url) if before.url else ""
    if url == url_before:
        is_same_page = bool(entry.url) and names_an_article(entry.url or "")
        guid = identifying_guid(entry)
        if is_same_page and guid and guid == before.guid:
            return True
        return is_alike and not _are_two_places(entry, before)
    numbers = comparison.numbers(comparison.tokens(entry.title))
    numbers_before = comparison.numbers(comparison.tokens(before.title))
    return numbers == numbers_before and is_alike


def _are_two_places(entry: Entry, before: Entry) -> bool:
    """Whether the URLs name two places of one page, under two headlines."""
    place, place_before = naming_fragment(entry.url or ""), naming_fragment(before.url or "")
    is_other_place = bool(place) and bool(place_before) and place != place_before
    return is_other_place and headline_words(entry) != headline_words(before)


def republished(
    new_entries: Iterable[NewEntry], wordings: Callable[[], Collection[str]]
) -> set[str]:
    """The keys of new entries that the feed had before, when its publisher renamed everything.

    `wordings` loads those that the feed brought recently; it is called only if that is likely.
    """
    new = [entry for entry in new_entries if entry.before is None]
    if len(new) < _LEAST_REPUBLISHED:
        return set()
    recent = wordings()
    keys = {entry.key for entry in new if entry.wording in recent}
    return keys if len(keys) >= _REPUBLISHED_SHARE * len(new) else set()


def article_from(
    new_entry: NewEntry, feed: Feed, decisions: Sequence[Decision], now: datetime, *, backlog: bool
) -> Article:
    """The article to store for a new entry, or for the edit of an article.

    Backlog stays backlog, unless an edit makes it relevant.
    """
    before = new_entry.before
    leading, *others = leading_first(decisions)
    if before is None:
        return Article(
            key=new_entry.key,
            copy_key=new_entry.alias,
            feed_key=feed.key,
            alias=new_entry.alias,
            entry=new_entry.entry,
            own_text=new_entry.own_text,
            page=new_entry.page,
            decision=leading,
            other_decisions=tuple(others),
            seen_at=now,
            backlog=backlog,
        )
    is_newly_relevant = leading.relevant and not before.decision.relevant
    return replace(
        before,
        alias=new_entry.alias,
        entry=new_entry.entry,
        own_text=new_entry.own_text,
        page=new_entry.page,
        decision=leading,
        other_decisions=tuple(others),
        backlog=before.backlog and not is_newly_relevant,
        edits=before.edits + 1,
        edited_at=now,
        text_pruned_at=None,
    )


# ── time ─────────────────────────────────────────────────────────────────────────────────────────


def is_backlog(feed: Feed, entry: Entry, *, slack: timedelta = timedelta(hours=6)) -> bool:
    """Whether the entry was published before we monitored the feed.

    Every entry of the first poll is; and, after a document that was cut short, those dated before
    the first poll: the cut had hidden them.
    """
    first_ok_at = feed.poll.first_ok_at
    if first_ok_at is None:
        return True
    if feed.poll.state is not FeedState.DEGRADED:
        return False
    return entry.published_at is not None and entry.published_at < first_ok_at - slack


def credible_date(published_at: datetime | None, seen_at: datetime) -> datetime | None:
    """A publisher's date clamped to `seen_at`; None for one before the web (1991)."""
    if published_at is None or published_at.year < 1991:
        return None
    return min(published_at, seen_at)
