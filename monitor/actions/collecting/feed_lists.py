"""Import and export of feed lists (OPML)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.actions import option_values
from monitor.actions.as_json import JsonObject
from monitor.actions.collecting import feeds as feed_actions
from monitor.actions.collecting.feed_logins import split_login, without_login
from monitor.actions.collecting.feeds import NewFeed
from monitor.domain.errors import ConfigError, FetchError
from monitor.settings import resources

if TYPE_CHECKING:
    from monitor.collect.opml import Outline
    from monitor.domain.feeds import Feed
    from monitor.settings.values import Network
    from monitor.store.store import Store

_LONGEST_URL_SHOWN = 200  # characters, in a line about a feed that was refused


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedList:
    """The result of importing a list."""

    added: int  # feeds; those stored before stay as they are
    refused: tuple[str, ...]  # for each feed that can't be polled, its address and the reason
    remarks: tuple[str, ...]  # what is unusual about the list

    def as_json(self) -> JsonObject:
        """The result of an import as `feeds import --json` prints it."""
        return {
            "added": self.added,
            "refused": list(self.refused),
            "remarks": list(self.remarks),
        }


def starter_list() -> Path:
    """The shipped list of starter feeds."""
    return resources.path("config", "feeds.opml")


def import_feeds(
    store: Store, file: Path, allow: Collection[Network], now: datetime
) -> ImportedList:
    """Add the feeds of an OPML file.  Raise ConfigError when it can't be read as a list.

    `allow` holds the private address ranges that feeds may have.
    """
    from monitor.collect import opml

    document = _read_limited(file, opml.MAX_BYTES)
    return import_feed_list(store, document, allow, now, name=str(file))


def import_feed_list(
    store: Store,
    document: bytes,
    allow: Collection[Network],
    now: datetime,
    *,
    name: str = "the list",
    dry_run: bool = False,
) -> ImportedList:
    """Add the feeds of an OPML document, which errors call `name`; `dry_run` only counts them.

    Raise ConfigError when it can't be read as a list.
    """
    from monitor.collect import opml

    listed = opml.read_feed_list(document, name=name)
    new_feeds, refused = [], []
    for outline in listed.feeds:
        try:
            new_feeds.append(_new_feed(outline, allow).feed(now))
        except (FetchError, ConfigError) as error:
            refused.append(_refusal(outline.url, error))
    added, not_stored = (_new(store, new_feeds), []) if dry_run else _store_all(store, new_feeds)
    remarks = (*listed.remarks, *_interval_remarks(listed.feeds, new_feeds))
    return ImportedList(added=added, refused=(*refused, *not_stored), remarks=remarks)


def _new(store: Store, feeds: Sequence[Feed]) -> int:
    """How many of these feeds are not stored yet."""
    stored = {feed.url for feed in store.feeds.list()}
    return len({feed.url for feed in feeds} - stored)


def _interval_remarks(outlines: Sequence[Outline], feeds: Sequence[Feed]) -> Iterator[str]:
    """A remark when intervals of the list were not possible."""
    urls_with_interval = {outline.url for outline in outlines if outline.every}
    ignored = sum(feed.url in urls_with_interval and feed.every is None for feed in feeds)
    if ignored:
        yield f"{ignored} intervals were ignored: they are too short or too long"


def _new_feed(outline: Outline, allow: Collection[Network]) -> NewFeed:
    url, login = split_login(outline.url)
    return NewFeed(
        url=feed_actions.check_feed_url(url, allow),
        login=login,
        title="" if without_login(outline.title) != outline.title else outline.title,
        language=outline.language,
        interval=_interval(outline),
        tags=outline.tags,
        note=outline.note,
        paused=outline.paused,
        full_text=outline.fulltext,
    )


def _interval(outline: Outline) -> timedelta | None:
    """The time between two polls; None where the list has none that is possible."""
    if not outline.every:
        return None
    interval = option_values.parse_duration(outline.every, "every")
    return interval if option_values.is_interval(interval) else None


def _store_all(store: Store, feeds: Sequence[Feed]) -> tuple[int, list[str]]:
    """Store the feeds in one transaction, or each by itself when one of them can't be stored.

    The number of new feeds, and the refusals.
    """
    try:
        return len(store.feeds.add_all(feeds)), []
    except ConfigError:
        pass
    added, refused = 0, []
    for feed in feeds:
        try:
            added += store.feeds.add(feed)
        except ConfigError as error:
            refused.append(_refusal(feed.url, error))
    return added, refused


def _refusal(url: str, error: Exception) -> str:
    return f"{without_login(url)[:_LONGEST_URL_SHOWN]}: {error}"


def _read_limited(file: Path, limit: int) -> bytes:
    """The first `limit` + 1 bytes of a file: a device has no end, so the caller checks the length.

    Raise ConfigError when it can't be read.
    """
    try:
        with file.open("rb") as opened:
            return opened.read(limit + 1)
    except OSError as error:
        raise ConfigError(f"{file}: can't be read: {error.strerror}") from None


def export_feeds(store: Store) -> bytes:
    """Every feed as an OPML document."""
    from monitor.collect import opml

    return opml.write_feed_list(store.feeds.list(), title="Watchpost feeds")
