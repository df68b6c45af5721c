"""Prune the database by hand: what `[retention]` no longer keeps, and how large the tables are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.domain.errors import ConfigError
from monitor.runtime import build
from monitor.runtime.service_lock import service_lock
from monitor.text.formats import duration_text

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.database.stored_states import Pruned
    from monitor.store.retention.table_sizes import TableSize
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneLine:
    """What of one kind is pruned."""

    kind: Pruned
    kept: timedelta | None  # None: for ever
    before: datetime | None  # what is older is pruned
    rows: int = 0
    # Of texts, and of headlines of articles that go whole; counted by the dry run only.
    text_bytes: int | None = None

    @property
    def kept_text(self) -> str:
        """ "180d", "forever" """
        return "forever" if self.kept is None else duration_text(self.kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneReport:
    """What was pruned, or would be; and every table, the largest first."""

    is_dry_run: bool
    lines: tuple[PruneLine, ...]
    tables: tuple[TableSize, ...]

    def as_json(self) -> JsonObject:
        """The report as `db prune --json` prints it."""
        return {
            "dry_run": self.is_dry_run,
            "pruned": [
                {
                    "kind": line.kind.value,
                    "kept": line.kept_text,
                    "before": as_json.instant(line.before),
                    "rows": line.rows,
                    "text_bytes": line.text_bytes,
                }
                for line in self.lines
            ],
            "tables": [
                {"table": size.table, "rows": size.rows, "bytes": size.size_bytes}
                for size in self.tables
            ],
        }


def report_prunable(store: Store, settings: Settings, now: datetime) -> PruneReport:
    """What `prune` would remove, each row once; changes nothing."""
    from monitor.store.database.stored_states import Pruned

    planned, lines = _lines(settings, now), []
    starts = {line.kind: line.before for line in planned}
    for line in planned:
        if line.before is not None:
            prunable = store.pruning.prunable(
                line.kind, line.before, articles_before=starts[Pruned.ARTICLES]
            )
            size = prunable.text_bytes or None
            lines.append(replace(line, rows=prunable.rows, text_bytes=size))
        else:
            lines.append(line)
    return _report(store, lines, is_dry_run=True)


def prune(
    store: Store,
    settings: Settings,
    now: datetime,
    *,
    on_step: Callable[[Pruned, int], None] = lambda kind, rows: None,
) -> PruneReport:
    """Remove all that is too old, also what the regular rounds have passed.

    `on_step` is called with the rows of a kind that were removed until then.  The service may run.
    """
    store.pruning.start_anew()
    lines = []
    for line in _lines(settings, now):
        rows, is_done = 0, line.before is None
        while line.before is not None and not is_done:
            step = store.pruning.step(line.kind, line.before, now)
            rows, is_done = rows + step.pruned, step.is_last
            on_step(line.kind, rows)
        lines.append(replace(line, rows=rows))
    return _report(store, lines, is_dry_run=False)


def compact_database(store: Store, settings: Settings) -> None:
    """Shrink the file of a SQLite database.

    Raise ConfigError while a service uses it, StoreError on PostgreSQL.
    """
    file = build.sqlite_file(settings)
    if file is None:
        store.pruning.compact()
        return
    with service_lock(file) as is_shared:
        if is_shared:
            raise ConfigError(f"{file}: a service uses it: stop it before the file is shrunk")
        store.pruning.compact()


def _lines(settings: Settings, now: datetime) -> list[PruneLine]:
    from monitor.store.database.stored_states import Pruned

    keep = build.retention(settings)
    return [
        PruneLine(
            kind=kind,
            kept=keep.get(kind),
            before=now - keep[kind] if kind in keep else None,
        )
        for kind in Pruned
    ]


def _report(store: Store, lines: list[PruneLine], *, is_dry_run: bool) -> PruneReport:
    sizes = tuple(store.pruning.table_sizes())
    return PruneReport(is_dry_run=is_dry_run, lines=tuple(lines), tables=sizes)
