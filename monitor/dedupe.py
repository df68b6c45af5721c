"""Is it new?  Which entries of a document have we not kept yet, and which were there before us."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Container, Sequence
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from monitor.digests import digest
from monitor.domain import Entry, Feed, FeedState

# Parameters that say where a reader came from, not which article it is.
_TRACKING = re.compile(
    r"^(utm_\w+|at_(medium|campaign|custom\d|link\w*)|fbclid|gclid|yclid|mc_[ce]id|ref_?src|cmpid|ocid"
    r"|wt\.mc_id|ns_\w+|smid|xtor|ito|ftag|cvid)$",
    re.IGNORECASE,
)


def normal_url(url: str) -> str:
    """The address without what changes while the article stays: scheme, www, tracking, fragment."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(name)
    ]
    return f"{host}{parts.path.rstrip('/')}?{urlencode(sorted(query))}".rstrip("?")


def normal_title(title: str) -> str:
    """The headline as a reader hears it: case, width and white space folded."""
    return " ".join(unicodedata.normalize("NFKC", title).casefold().split())


def copy_key(feed_key: str, entry: Entry) -> str:
    """Equal for the same address under the same headline, in whichever feed and under any guid.

    Both are asked for because some feeds give every entry the address of the front page.
    """
    if entry.url is None:
        return digest("copy", feed_key, entry.guid or "", normal_title(entry.title))
    return digest("copy", normal_url(entry.url), normal_title(entry.title))


def article_keys(feed_key: str, entries: Sequence[Entry]) -> list[str]:
    """A key per entry, in order: of the guid, else the address, else the headline and text.

    A guid or address that one document gives to different stories names none of them: those
    entries are told apart by all three together.
    """
    shared_guids = _shared(entries, lambda entry: entry.guid)
    shared_urls = _shared(entries, lambda entry: entry.url)
    keys = []
    for entry in entries:
        if entry.guid and entry.guid not in shared_guids:
            name: tuple[str, ...] = ("guid", entry.guid)
        elif entry.url and not entry.guid and entry.url not in shared_urls:
            name = ("url", normal_url(entry.url))
        elif entry.guid or entry.url:
            name = ("story", entry.guid or "", entry.url or "", entry.title)
        else:
            name = ("text", entry.title, entry.text)
        keys.append(digest(feed_key, *name))
    return keys


def _shared(entries: Sequence[Entry], name: Callable[[Entry], str | None]) -> set[str]:
    """The names that stand for more than one story in this document."""
    stories = {(name(entry), entry.url, entry.title) for entry in entries}
    counts = Counter(named for named, _, _ in stories if named)
    return {named for named, count in counts.items() if count > 1}


def fresh(keys: Sequence[str], entries: Sequence[Entry], known: Container[str]) -> dict[str, Entry]:
    """The entries not kept yet, by key, in the document's order; of equal keys the first."""
    found: dict[str, Entry] = {}
    for key, entry in zip(keys, entries, strict=True):
        if key not in known:
            found.setdefault(key, entry)
    return found


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


def clamp_date(published_at: datetime | None, seen_at: datetime) -> datetime | None:
    """A publisher's date that can be believed: none from the future, none before the web."""
    if published_at is None or published_at.year < 1991:
        return None
    return min(published_at, seen_at)
