"""Is it new?  Which entries of a document have we not kept yet, which did their publisher edit,
and which were there before us.
"""

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

# From which share of words in common an entry is an edit of what had its name, not another story;
# which share of its text makes two equal headlines more than the title of a series; and how many
# words a text needs to be asked.
_ALIKE, _RELATED, _TEXT = 0.5, 0.2, 8
_LOOK = 500  # characters of a text are enough to see whether it is another
# A publisher who gave new names to everything: so many new entries, such a share of them in words
# that the feed had before.
_STORM, _STORM_SHARE = 5, 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifiedEntry:
    """An entry and all that it may be known by."""

    entry: Entry
    key: str  # of the guid, else the address, else what it says
    alias: str  # of the address: the same under any guid, in any feed
    story_key: str  # of guid, address and headline together
    wording: str  # changes when a reader would see another headline or text


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """An article of the feed, as far as telling known entries from others needs it."""

    key: str
    alias: str
    wordings: frozenset[str]  # this one's and those before it


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry to be judged: a new one, or the edit of an article."""

    key: str
    alias: str
    wording: str
    entry: Entry
    own_text: str | None = None  # the feed's, where the entry's has the page's in it
    page: str = ""  # what came of asking its page
    before: Article | None = None


# ── names ────────────────────────────────────────────────────────────────────────────────────────


def identified(
    feed_key: str, entries: Sequence[Entry], *, but: Collection[int] = frozenset()
) -> list[IdentifiedEntry]:
    """All that the entries of one document may be known by, in order; `but` are places left out.

    A guid or address that one document gives to different stories names none of them: those
    entries are told apart by guid, address and headline together.  Those left out count in that.
    """
    shared_guids = _ambiguous_names(entries, lambda entry: entry.guid, _page)
    shared_urls = _ambiguous_names(
        entries, lambda entry: entry.url, lambda entry: entry.guid or entry.title
    )
    found = []
    for place, entry in enumerate(entries):
        if place in but:
            continue
        own_guid = bool(entry.guid) and entry.guid not in shared_guids
        own_url = bool(entry.url) and entry.url not in shared_urls
        story_key = _story_key(feed_key, entry)
        found.append(
            IdentifiedEntry(
                entry=entry,
                key=_key(feed_key, entry, own_guid=own_guid, own_url=own_url) or story_key,
                alias=_alias(feed_key, entry, own_url=own_url),
                story_key=story_key,
                wording=comparison.wording_key(entry.title, entry.text),
            )
        )
    return found


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
    """Of the address, with the headline when the address alone names no article; without an
    address of the headline, and then in this feed only.
    """
    headline = comparison.folded(entry.title)
    if entry.url is None:
        return key_of("alias", feed_key, headline)
    if own_url and names_an_article(entry.url):
        return key_of("alias", normal_url(entry.url))
    return key_of("alias", normal_url(entry.url), headline)


def _page(entry: Entry) -> str:
    """What a guid stands for: the page, or the headline where the address names none."""
    if entry.url and names_an_article(entry.url):
        return normal_url(entry.url)
    return entry.title


def _ambiguous_names(
    entries: Sequence[Entry], name: Callable[[Entry], str | None], meant: Callable[[Entry], str]
) -> set[str]:
    """The names that stand for more than one thing in this document."""
    given = list(map(name, entries))
    counts = Counter(given)
    things: dict[str, set[str]] = {}
    for entry, one in zip(entries, given, strict=True):
        if one and counts[one] > 1:  # of hardly any: what it stands for is not looked at in vain
            things.setdefault(one, set()).add(meant(entry))
    return {one for one, found in things.items() if len(found) > 1}


# ── known, edited, new ───────────────────────────────────────────────────────────────────────────


def possibly_edited(entries: Iterable[IdentifiedEntry], kept: Collection[StoredEntry]) -> set[str]:
    """The keys of those kept articles that some entry may be an edit of."""
    by_name = _by_name(kept)
    return {
        one.key
        for entry in entries
        for name in (entry.key, entry.story_key, entry.alias)
        for one in by_name.get(name, ())
        if entry.wording not in one.wordings
    }


def new_or_edited(
    entries: Iterable[IdentifiedEntry],
    kept: Collection[StoredEntry],
    articles: Mapping[str, Article],
) -> list[NewEntry]:
    """What is to be judged, in the document's order; of equal keys the first.

    An entry is known when an article of one of its names has, or had, its wording.  It is an edit
    when it is the same page or is alike; else its publisher used the name again, for another
    story.  `articles` are those that `possibly_edited` asked for.
    """
    by_name = _by_name(kept)
    taken: set[str] = set()
    finds = []
    for entry in entries:
        names = (entry.key, entry.story_key, entry.alias)
        known = [one for name in names for one in by_name.get(name, ())]
        if any(entry.wording in one.wordings for one in known):
            continue
        there = [articles[one.key] for one in known if one.key in articles]
        before = next((one for one in there if is_edit(entry.entry, one.said)), None)
        reused = any(one.key == entry.key for one in known)
        key = before.key if before else entry.story_key if reused else entry.key
        if key in taken or (not before and any(one.key == key for one in known)):
            continue
        taken.add(key)
        finds.append(
            NewEntry(
                key=key,
                alias=entry.alias,
                wording=entry.wording,
                entry=entry.entry,
                before=before,
            )
        )
    return finds


def _by_name(kept: Iterable[StoredEntry]) -> dict[str, list[StoredEntry]]:
    names: dict[str, list[StoredEntry]] = {}
    for one in kept:
        names.setdefault(one.key, []).append(one)
        names.setdefault(one.alias, []).append(one)
    return names


def is_edit(entry: Entry, before: Entry) -> bool:
    """Of two entries that share a name: is the one the other, edited?

    Under the same guid at the same page, whatever it says now.  Else only when they are alike,
    and, at another address, give no other figures in the headline: a guid may be used again.
    """
    alike = are_alike((entry.title, entry.text), (before.title, before.text))
    here, there = (normal_url(one.url) if one.url else "" for one in (entry, before))
    if here == there:
        same_page = bool(entry.url) and names_an_article(entry.url or "")
        if same_page and entry.guid and entry.guid == before.guid:
            return True
        return alike
    titles = (comparison.tokens(one.title) for one in (entry, before))
    first, second = (comparison.numbers(title) for title in titles)
    return first == second and alike


def are_alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Of two headlines with their texts: do the texts have half of their words in common, or the
    headlines, over texts that have some?  Where there is hardly a text the headlines decide.
    """
    headlines, texts = (
        [comparison.terms(comparison.tokens(text[:_LOOK])) for text in pair]
        for pair in zip(one, other, strict=True)
    )
    shared = len(headlines[0] & headlines[1])
    alike = shared >= _ALIKE * max(1, *map(len, headlines))
    if min(map(len, texts)) < _TEXT:
        return alike
    common = len(texts[0] & texts[1]) / min(map(len, texts))
    return common >= _ALIKE or (alike and common >= _RELATED)


def republished(finds: Iterable[NewEntry], wordings: Callable[[], Collection[str]]) -> set[str]:
    """The keys of new entries that the feed had before, when its publisher renamed everything.

    `wordings` are those that the feed brought so far; asked for only when it looks like that.
    """
    new = [find for find in finds if find.before is None]
    if len(new) < _STORM:
        return set()
    had = wordings()
    again = {find.key for find in new if find.wording in had}
    return again if len(again) >= _STORM_SHARE * len(new) else set()


def article_from(
    find: NewEntry, feed: Feed, decision: Decision, now: datetime, *, backlog: bool
) -> Article:
    """What is kept of a new entry, or of the article that it edits.

    What was there before we watched stays so, unless an edit made it matter.
    """
    before = find.before
    if before is None:
        return Article(
            key=find.key,
            copy_key=find.alias,
            feed_key=feed.key,
            alias=find.alias,
            entry=find.entry,
            own_text=find.own_text,
            page=find.page,
            decision=decision,
            seen_at=now,
            backlog=backlog,
        )
    matters_now = decision.relevant and not before.decision.relevant
    return replace(
        before,
        alias=find.alias,
        entry=find.entry,
        own_text=find.own_text,
        page=find.page,
        decision=decision,
        backlog=before.backlog and not matters_now,
        edits=before.edits + 1,
        edited_at=now,
    )


# ── time ─────────────────────────────────────────────────────────────────────────────────────────


def is_backlog(feed: Feed, entry: Entry, *, slack: timedelta = timedelta(hours=6)) -> bool:
    """Was the entry there before we watched?

    All of a feed's first poll is; and, after a document that was cut short, what is dated before
    it: the part that the cut had hidden.
    """
    first_ok_at = feed.poll.first_ok_at
    if first_ok_at is None:
        return True
    if feed.poll.state is not FeedState.DEGRADED:
        return False
    return entry.published_at is not None and entry.published_at < first_ok_at - slack


def credible_date(published_at: datetime | None, seen_at: datetime) -> datetime | None:
    """A publisher's date that can be believed: none from the future, none before the web."""
    if published_at is None or published_at.year < 1991:
        return None
    return min(published_at, seen_at)
