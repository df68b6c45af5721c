"""Saved searches in the database: list, save, remove, and renew the addresses of their feeds."""

from __future__ import annotations

import builtins
from typing import Any

from sqlalchemy import Row, delete, select, update

from monitor.search.saved_search import SavedSearch, saved_key
from monitor.store.database.transactions import Database
from monitor.store.mapping.column_text import exact_text
from monitor.store.schema.base import QUESTION_LENGTH
from monitor.store.schema.tables import saved_searches


class SavedSearches:
    """The table of saved searches."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> builtins.list[SavedSearch]:
        """Every saved search, by name."""
        rows = self._database.read(lambda opened: opened.execute(select(saved_searches)).all())
        return sorted(map(_from_row, rows), key=lambda search: search.name.casefold())

    def find(self, name: str) -> SavedSearch | None:
        """The one with this name; case does not matter."""
        return self.by_key(saved_key(name))

    def by_key(self, key: str) -> SavedSearch | None:
        """The one with exactly this key."""
        query = select(saved_searches).where(saved_searches.c.key == key)
        row = self._database.read(lambda opened: opened.execute(query).first())
        return _from_row(row) if row else None

    def save(self, search: SavedSearch) -> None:
        """Store it; one of the same name keeps when it was made, and its addresses.

        Raise ConfigError for a text that can't be stored.
        """
        values = {
            "key": search.key,
            "name": exact_text("search's name", search.name, 300),
            "question": exact_text("question", search.question, 4 * QUESTION_LENGTH),
            "zone": search.zone,
            "saved_by": search.saved_by,
            "created_at": search.created_at,
            "changed_at": search.changed_at,
            "renewals": search.renewals,
        }
        changed = ("name", "question", "zone", "saved_by", "changed_at")
        statement = self._database.insert(saved_searches).values(values)
        statement = statement.on_conflict_do_update(
            index_elements=["key"], set_={name: values[name] for name in changed}
        )
        self._database.write(lambda opened: opened.execute(statement))

    def remove(self, key: str) -> bool:
        """Delete it, which ends its addresses; False when there is none with this key."""
        statement = delete(saved_searches).where(saved_searches.c.key == key)
        return self._database.write(lambda opened: opened.execute(statement).rowcount > 0)

    def renew(self, key: str) -> None:
        """Give its feeds new addresses; the old ones end."""
        statement = (
            update(saved_searches)
            .where(saved_searches.c.key == key)
            .values(renewals=saved_searches.c.renewals + 1)
        )
        self._database.write(lambda opened: opened.execute(statement))


def _from_row(row: Row[Any]) -> SavedSearch:
    return SavedSearch(
        name=row.name,
        question=row.question,
        zone=row.zone,
        saved_by=row.saved_by,
        created_at=row.created_at,
        changed_at=row.changed_at,
        renewals=row.renewals,
    )
