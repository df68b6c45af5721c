"""Copy the whole database into another one, of either kind: SQLite to PostgreSQL and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject
from monitor.domain.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseCopy:
    """What was copied."""

    rows: Mapping[str, int]  # table → number of rows, the same in both databases

    @property
    def total(self) -> int:
        return sum(self.rows.values())

    def as_json(self) -> JsonObject:
        """The copy as `db copy --json` prints it."""
        return {"rows": dict(self.rows), "total": self.total}


def copy_database(source: Store, target_url: str) -> DatabaseCopy:
    """Copy every row into the empty database of this address, and compare the digests of all rows.

    Alerts keep their states, so that none is sent again; the source stays as it is.  Raise
    ConfigError for an address that names the source itself, and StoreError, storing nothing, when
    the target has rows, or when a service uses one of the two.
    """
    from monitor.store.store import Store

    with unused(source), Store.open(target_url, upgrade=True) as target:
        if source.name == target.name:
            raise ConfigError(f"--to names the database that is copied, {source.name}")
        with unused(target):
            return DatabaseCopy(rows=source.copy_to(target))


@contextmanager
def unused(store: Store) -> Iterator[None]:
    """Let no service work on the database until the end of the block.

    Raise StoreError when one does.  Services on a PostgreSQL database are seen by their
    connections at the begin of the block; none is kept from starting later.
    """
    from monitor.runtime.service_lock import service_lock

    if store.other_users():
        raise StoreError(
            f"{store.name}: another Watchpost process is connected to it: stop `monitor run` and"
            " other commands first"
        )
    if store.file is None:
        yield
        return
    with service_lock(store.file, works=("polls", "delivers")) as is_shared:
        if is_shared:
            raise StoreError(f"{store.name}: a service uses it: stop `monitor run` first")
        yield
