"""Entries of the audit log as entries of an Atom feed."""

from __future__ import annotations

from monitor.access.accounts import AuditEntry
from monitor.actions.access.audit_log import AuditPage, changes_text
from monitor.publish.items import Item, identity
from monitor.text import sanitize

_LONGEST_TITLE, _LONGEST_TEXT = 300, 2_000


def audit_entries(page: AuditPage, address: str) -> list[Item]:
    """A change each; `address` is that of the audit log."""
    return [_item(entry, address) for entry in page.entries]


def _item(entry: AuditEntry, address: str) -> Item:
    title = " ".join(filter(None, (f"{entry.caller}:", entry.act, entry.target)))
    parts = (entry.reason, changes_text(entry), f"{entry.door} {entry.address}".strip())
    return Item(
        id=identity("audit", str(entry.number)),
        title=sanitize.line(title, _LONGEST_TITLE),
        text=sanitize.line(" · ".join(filter(None, parts)), _LONGEST_TEXT),
        link=f"{address}?before={entry.number + 1}",
        language="",
        published_at=entry.at,
        updated_at=entry.at,
        themes=(),
        outlets=(),
        score=0.0,
    )
