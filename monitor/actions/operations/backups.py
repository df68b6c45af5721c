"""The database: upgrade its schema, and back it up while the service runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from monitor.runtime import build

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


def upgrade_database(settings: Settings) -> str:
    """Bring the database to this program's schema; return the revision.  Raise StoreError."""
    with build.open_store(settings, upgrade=True) as store:
        return str(store.schema.current())


def back_up_database(store: Store, file: Path) -> None:
    """Copy a SQLite database to a file that does not exist yet.  Raise StoreError."""
    store.backup(file)
