"""Edit a feed: its address, title, language, tags and note; its key and its articles stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions.access import audit_log
from monitor.actions.as_json import JsonObject
from monitor.actions.collecting.feeds import find_feed
from monitor.actions.header_files import header_names
from monitor.actions.option_values import InvalidOption, check_language
from monitor.domain.errors import ConfigError
from monitor.store.one_transaction import in_one_transaction
from monitor.text.urls import is_same_server

if TYPE_CHECKING:
    from monitor.access.caller import Caller
    from monitor.actions.collecting.feed_discovery import FeedAddress
    from monitor.domain.feeds import Feed
    from monitor.store.store import Store

LONGEST_TITLE = 300  # characters
_NONE = "none"  # a person types it for an empty list, or for what the publisher says


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEdit:
    """What to change; None: unchanged."""

    address: FeedAddress | None = None  # checked; its login replaces that of the feed
    title: str | None = None  # empty or "none": the publisher's
    language: str | None = None  # BCP 47; empty or "none": the publisher's
    tags: Sequence[str] | None = None  # "none" alone: no tags
    note: str | None = None


NO_EDIT = FeedEdit()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedFeed:
    """A feed after an edit, and the fields that changed with their new values."""

    feed: Feed
    changed: Mapping[str, object]
    lost_secrets: bool  # its password or its headers are not sent to the other server


@in_one_transaction
def edit_feed(
    store: Store, key_or_url: str, edit: FeedEdit, caller: Caller, now: datetime
) -> EditedFeed:
    """Store what the edit changes and its entry in the audit log; nothing when nothing changes.

    A new address is polled at the next round; articles that are stored stay as they are.  Raise
    ConfigError for a value that can't be used, and when another feed has the address.
    """
    before = find_feed(store, key_or_url)
    after = edited_feed(before, edit)
    changed = audit_log.changed_fields(feed_fields(before), feed_fields(after))
    if after != before:
        if not store.feeds.edit(after, now):
            raise ConfigError(f"{before.url} was removed meanwhile")
        audit_log.record(store, caller, "edit feed", before.url, now, changed)
    return EditedFeed(
        feed=after,
        changed=changed.after or {},
        lost_secrets=bool(before.login and not after.login)
        or bool(before.headers and not after.headers),
    )


def edited_feed(before: Feed, edit: FeedEdit) -> Feed:
    """The feed as it is after the edit.  Raise ConfigError for a value that can't be used."""
    after = before if edit.address is None else _at_address(before, edit.address)
    if edit.title is not None and edit.title != before.title:  # a publisher's may be odd
        after = replace(after, title=_check_title(_own(edit.title)))
    if edit.language is not None:
        language = _own(edit.language)
        after = replace(after, language=check_language(language) if language else None)
    if edit.tags is not None:
        tags = () if list(edit.tags) == [_NONE] else tuple(dict.fromkeys(edit.tags))
        after = replace(after, tags=tags)
    if edit.note is not None:
        after = replace(after, note=edit.note)
    return after


def _at_address(before: Feed, address: FeedAddress) -> Feed:
    """The feed at its new address; secrets go to another server only when they are given anew."""
    is_same = is_same_server(before.url, address.url)
    return replace(
        before,
        url=address.url,
        login=address.login or (before.login if is_same else None),
        headers=address.headers or (before.headers if is_same else ()),
    )


def _own(text: str) -> str:
    """What the person wrote; empty where the publisher decides."""
    return "" if text.strip() == _NONE else text.strip()


def _check_title(title: str) -> str:
    if len(title) > LONGEST_TITLE or not title.isprintable():
        raise InvalidOption("title", f"has at most {LONGEST_TITLE} printable characters")
    return title


def feed_fields(feed: Feed) -> JsonObject:
    """What an edit may change, without secrets, for the audit log."""
    return {
        "url": feed.url,
        "title": feed.title,
        "language": feed.language,
        "tags": list(feed.tags),
        "note": feed.note,
        "user": feed.login.user if feed.login else None,
        "headers": header_names(feed.headers),
    }
