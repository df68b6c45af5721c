"""Whatever belongs to a person goes with the person, and no table has room for a secret."""

from __future__ import annotations

from monitor.store.schema.tables import metadata

TABLES = {"sign_in_links", "sessions", "passkeys", "identities", "access_tokens"}


def test_what_belongs_to_a_person_is_deleted_with_the_person():
    owned = {
        table.name: constraint.ondelete
        for table in metadata.sorted_tables
        for constraint in table.foreign_key_constraints
        if constraint.referred_table.name == "people"
    }
    assert owned == dict.fromkeys(TABLES, "CASCADE")


def test_a_secret_is_the_key_of_its_row_as_a_digest_and_nowhere_else():
    for name in TABLES | {"people", "spent_challenges", "audit_entries"}:
        columns = {column.name for column in metadata.tables[name].columns}
        assert not columns & {"secret", "token", "cookie", "password", "link"}
