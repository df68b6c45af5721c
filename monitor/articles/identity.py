"""Identity of articles: which entries of a document are new, edited, known, or backlog.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.domain.articles import Article, Decision
from monitor.domain.feeds import Entry, Feed, FeedState
from monitor.domain.keys import key_of
from monitor.text import comparison
from monitor.text.urls import names_an_article, normal_url

# Shares of terms in common.  From _ALIKE on, an entry is an edit of the one with its name, not
# another story; from _RELATED on, texts under two equal headlines belong to one story rather than
# to a series of that title.
_ALIKE = 0.5
_RELATED = 0.2
_LEAST_TERMS = 8  # of a text that takes part in the comparison
_COMPARED_CHARACTERS = 500  # of a text
# A publisher has given new guids and URLs to everything: this many new entries, and this share of
# them with a wording that the feed had before.
_LEAST_REPUBLISHED = 5
_REPUBLISHED_SHARE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifiedEntry:
    """An entry and every key that may identify it."""

    entry: Entry
    key: str  # of the guid, else of the URL, else of the content
    alias: str  # of the URL: the same for every guid and feed
    story_key: str  # of guid, URL and headline together
    wording: str  # changes with the headline and the text


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """What identifies a stored article of the feed."""

    key: str
    alias: str
    wordings: frozenset[str]  # of the article now and before each edit


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


# ── names ────────────────────────────────────────────────────────────────────────────────────────


def identified(
    feed_key: str, entries: Sequence[Entry], *, but: Collection[int] = frozenset()
) -> list[IdentifiedEntry]:
    """The entries of one document with their keys, in order; without those at the places `but`.

    A guid or URL that a document gives to different stories identifies none of them: such entries
    are identified by guid, URL and headline together.  The entries left out count for that.
    """
    shared_guids = _ambiguous_names(entries, lambda entry: entry.guid, _page)
    shared_urls = _ambiguous_names(entries, lambda entry: entry.url, _story)
    identified_entries = []
    for place, entry in enumerate(entries):
        if place in but:
            continue
        has_own_guid = bool(entry.guid) and entry.guid not in shared_guids
        has_own_url = bool(entry.url) and entry.url not in shared_urls
        story_key = _story_key(feed_key, entry)
        identified_entries.append(
            IdentifiedEntry(
                entry=entry,
                key=_key(feed_key, entry, own_guid=has_own_guid, own_url=has_own_url) or story_key,
                alias=_alias(feed_key, entry, own_url=has_own_url),
                story_key=story_key,
                wording=comparison.wording_key(entry.title, entry.text),
            )
        )
    return identified_entries


def _key(feed_key: str, entry: Entry, *, own_guid: bool, own_url: bool) -> str | None:
    if entry.guid and own_guid:
        return key_of(feed_key, "guid", entry.guid)
    if entry.url and own_url and not entry.guid:
        return key_of(feed_key, "url", normal_url(entry.url))
    return None


def _story_key(feed_key: str, entry: Entry) -> str:
    if entry.guid or entry.url:
        return key_of(feed_key, "story", entry.guid or "", entry.url or "", entry.title)
    return key_of(feed_key, "text", entry.title, entry.text)


def _alias(feed_key: str, entry: Entry, *, own_url: bool) -> str:
    """A key of the URL, with the headline when the URL does not look like an article's.

    Without a URL a key of the headline, in this feed only.
    """
    headline = comparison.folded(entry.title)
    if entry.url is None:
        return key_of("alias", feed_key, headline)
    if own_url and names_an_article(entry.url):
        return key_of("alias", normal_url(entry.url))
    return key_of("alias", normal_url(entry.url), headline)


def _story(entry: Entry) -> str:
    """What a URL stands for: the guid, or the headline where there is none."""
    return entry.guid or entry.title


def _page(entry: Entry) -> str:
    """What a guid stands for: the page, or the headline where the URL is no article's."""
    if entry.url and names_an_article(entry.url):
        return normal_url(entry.url)
    return entry.title


def _ambiguous_names(
    entries: Sequence[Entry], name: Callable[[Entry], str | None], meaning: Callable[[Entry], str]
) -> set[str]:
    """The names that stand for more than one thing in this document."""
    counts = Counter(map(name, entries))
    meanings: dict[str, set[str]] = {}
    for entry in entries:
        entry_name = name(entry)
        if entry_name and counts[entry_name] > 1:  # rare, so `meaning` is seldom computed
            meanings.setdefault(entry_name, set()).add(meaning(entry))
    return {entry_name for entry_name, things in meanings.items() if len(things) > 1}


# ── known, edited, new ───────────────────────────────────────────────────────────────────────────


def possibly_edited(
    entries: Iterable[IdentifiedEntry], stored: Collection[StoredEntry]
) -> set[str]:
    """The keys of the stored articles that some entry may be an edit of."""
    by_name = _by_name(stored)
    keys: set[str] = set()
    for entry in entries:
        for match in _of_same_name(entry, by_name):
            if entry.wording not in match.wordings:
                keys.add(match.key)
    return keys


def new_or_edited(
    entries: Iterable[IdentifiedEntry],
    stored: Collection[StoredEntry],
    articles: Mapping[str, Article],
) -> list[NewEntry]:
    """The entries to be judged, in the document's order; of equal keys the first.

    An entry is known when a stored article with one of its names has, or had, its wording.  It is
    an edit when it is the same page or is alike; else its publisher used the name again, for
    another story.  `articles` are those of the keys from `possibly_edited`.
    """
    by_name = _by_name(stored)
    new_entries: dict[str, NewEntry] = {}
    for entry in entries:
        matches = _of_same_name(entry, by_name)
        if any(entry.wording in match.wordings for match in matches):
            continue
        before = _edited_article(entry, matches, articles)
        known_keys = {match.key for match in matches}
        # A new story whose own key is taken by another one gets the key of the story.
        new_key = entry.story_key if entry.key in known_keys else entry.key
        key = before.key if before else new_key
        if key in new_entries or (before is None and key in known_keys):
            continue
        new_entries[key] = NewEntry(
            key=key,
            alias=entry.alias,
            wording=entry.wording,
            entry=entry.entry,
            before=before,
        )
    return list(new_entries.values())


def _by_name(stored: Iterable[StoredEntry]) -> dict[str, list[StoredEntry]]:
    names: dict[str, list[StoredEntry]] = {}
    for article in stored:
        names.setdefault(article.key, []).append(article)
        names.setdefault(article.alias, []).append(article)
    return names


def _of_same_name(
    entry: IdentifiedEntry, by_name: Mapping[str, list[StoredEntry]]
) -> list[StoredEntry]:
    """The stored articles with one of the entry's names; first those of its own key."""
    matches: list[StoredEntry] = []
    for name in (entry.key, entry.story_key, entry.alias):
        matches += by_name.get(name, ())
    return matches


def _edited_article(
    entry: IdentifiedEntry, matches: Iterable[StoredEntry], articles: Mapping[str, Article]
) -> Article | None:
    """The first of the matching articles that the entry is an edit of."""
    for match in matches:
        article = articles.get(match.key)
        if article is not None and is_edit(entry.entry, article.feed_entry):
            return article
    return None


def is_edit(entry: Entry, before: Entry) -> bool:
    """Whether an entry is the edit of another with the same name.

    Under the same guid at the same page it always is.  Else only when they are alike and, at
    another URL, have the same numbers in the headline: a guid may be used again.
    """
    is_alike = are_alike((entry.title, entry.text), (before.title, before.text))
    url = normal_url(entry.url) if entry.url else ""
    url_before = normal_url(before.url) if before.url else ""
    if url == url_before:
        is_same_page = bool(entry.url) and names_an_article(entry.url or "")
        if is_same_page and entry.guid and entry.guid == before.guid:
            return True
        return is_alike
    numbers = comparison.numbers(comparison.tokens(entry.title))
    numbers_before = comparison.numbers(comparison.tokens(before.title))
    return numbers == numbers_before and is_alike


def are_alike(first: tuple[str, str], second: tuple[str, str]) -> bool:
    """Whether two pairs of headline and text are versions of one story.

    They are when half of the terms of the texts are in common, or half of the headlines' and some
    of the texts'.  Where a text has hardly any terms, the headlines decide.
    """
    headline, headline_2 = _compared_terms(first[0]), _compared_terms(second[0])
    text, text_2 = _compared_terms(first[1]), _compared_terms(second[1])
    in_common = len(headline & headline_2)
    headlines_alike = in_common >= _ALIKE * max(1, len(headline), len(headline_2))
    shorter = min(len(text), len(text_2))
    if shorter < _LEAST_TERMS:
        return headlines_alike
    share = len(text & text_2) / shorter
    return share >= _ALIKE or (headlines_alike and share >= _RELATED)


def _compared_terms(text: str) -> set[tuple[str, ...]]:
    return comparison.terms(comparison.tokens(text[:_COMPARED_CHARACTERS]))


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
    new_entry: NewEntry, feed: Feed, decision: Decision, now: datetime, *, backlog: bool
) -> Article:
    """The article to store for a new entry, or for the edit of an article.

    Backlog stays backlog, unless an edit makes it relevant.
    """
    before = new_entry.before
    if before is None:
        return Article(
            key=new_entry.key,
            copy_key=new_entry.alias,
            feed_key=feed.key,
            alias=new_entry.alias,
            entry=new_entry.entry,
            own_text=new_entry.own_text,
            page=new_entry.page,
            decision=decision,
            seen_at=now,
            backlog=backlog,
        )
    is_newly_relevant = decision.relevant and not before.decision.relevant
    return replace(
        before,
        alias=new_entry.alias,
        entry=new_entry.entry,
        own_text=new_entry.own_text,
        page=new_entry.page,
        decision=decision,
        backlog=before.backlog and not is_newly_relevant,
        edits=before.edits + 1,
        edited_at=now,
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
