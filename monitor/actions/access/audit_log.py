"""The audit log: write what was done, by whom and why; read it, the newest entry first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.access.accounts import AuditEntry
from monitor.access.caller import Caller
from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.publish.csv_jsonl import table

if TYPE_CHECKING:
    from monitor.store.access.audit_repository import AuditFilter
    from monitor.store.store import Store

_COLUMNS = (
    "number", "at", "caller", "door", "act", "target", "before", "after", "reason", "from",
)  # fmt: skip
LONGEST_REASON = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """Entries of the audit log, and where the next page begins."""

    entries: tuple[AuditEntry, ...]
    next: int | None  # `AuditFilter.before` of the next page; None: there is none

    def as_json(self) -> JsonObject:
        """The page as `audit list --json` prints it."""
        return {"entries": [entry_as_json(entry) for entry in self.entries], "next": self.next}

    def as_csv(self) -> str:
        """The page as a table; a spreadsheet runs no cell of it as a formula."""
        return table(_COLUMNS, [_row(entry) for entry in self.entries])


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What changed in a thing, and why; None where it was not there, or is not any more."""

    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None
    reason: str = ""


def changed_fields(before: Mapping[str, object], after: Mapping[str, object]) -> Changed:
    """The fields that differ between two states of a thing that have the same fields."""
    names = [name for name in before if before[name] != after[name]]
    return Changed(
        before={name: before[name] for name in names},
        after={name: after[name] for name in names},
    )


def entry_of(
    caller: Caller, act: str, target: str, now: datetime, changed: Changed | None = None
) -> AuditEntry:
    """An entry to store with the change that it reports.

    No secret may be in it: the log is kept for ever.
    """
    changed = changed or Changed()
    return AuditEntry(
        at=now,
        caller=caller.name,
        door=caller.door,
        act=act,
        target=target,
        before=changed.before,
        after=changed.after,
        reason=changed.reason.strip()[:LONGEST_REASON],
        address=caller.address,
    )


def changes_text(entry: AuditEntry) -> str:
    """What changed, from what to what, as JSON; empty where the entry does not say."""
    sides = (
        "" if side is None else json.dumps(dict(side), ensure_ascii=False)
        for side in (entry.before, entry.after)
    )
    return " → ".join(filter(None, sides))


def _row(entry: AuditEntry) -> list[object]:
    """The entry as a row of the table; what changed is JSON in its cell."""
    values = entry_as_json(entry)
    cells = (values[name] for name in _COLUMNS)
    return [
        json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict) else cell for cell in cells
    ]


def record(
    store: Store,
    caller: Caller,
    act: str,
    target: str,
    now: datetime,
    changed: Changed | None = None,
) -> None:
    """Write what an action did, after it was done; a change of people writes its entry itself."""
    store.audit_log.add(entry_of(caller, act, target, now, changed))


def list_entries(store: Store, conditions: AuditFilter, *, limit: int = 50) -> AuditPage:
    """The newest entries first; the next page begins before the last one."""
    entries = store.audit_log.list(conditions, limit + 1)
    has_more = len(entries) > limit
    page = tuple(entries[:limit])
    return AuditPage(entries=page, next=page[-1].number if has_more else None)


def entry_as_json(entry: AuditEntry) -> JsonObject:
    """One entry."""
    return {
        "number": entry.number,
        "at": as_json.instant(entry.at),
        "caller": entry.caller,
        "door": entry.door,
        "act": entry.act,
        "target": entry.target,
        "before": None if entry.before is None else dict(entry.before),
        "after": None if entry.after is None else dict(entry.after),
        "reason": entry.reason,
        "from": entry.address,
    }
