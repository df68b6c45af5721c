"""The table of rule drafts: one for each person, until it is put in force or given up."""

from __future__ import annotations

from sqlalchemy import delete, select

from monitor.store.database.transactions import Database
from monitor.store.rules.rule_version import RuleDraft
from monitor.store.schema.tables import rule_drafts


class RuleDrafts:
    """What people are writing in the keyword lab."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, person: str) -> RuleDraft | None:
        """The draft of the person with this key."""
        query = select(rule_drafts).where(rule_drafts.c.person == person)
        row = self._database.read(lambda connection: connection.execute(query).first())
        if row is None:
            return None
        return RuleDraft(
            text=row.text, base=row.base, base_text=row.base_text, saved_at=row.saved_at
        )

    def save(self, person: str, draft: RuleDraft) -> None:
        """Store the draft in place of the person's last one."""
        values = {
            "text": draft.text,
            "base": draft.base,
            "base_text": draft.base_text,
            "saved_at": draft.saved_at,
        }
        statement = self._database.insert(rule_drafts).values(person=person, **values)
        statement = statement.on_conflict_do_update(index_elements=["person"], set_=values)
        self._database.write(lambda connection: connection.execute(statement))

    def remove(self, person: str) -> None:
        """Delete the draft of a person, if there is one."""
        statement = delete(rule_drafts).where(rule_drafts.c.person == person)
        self._database.write(lambda connection: connection.execute(statement))
