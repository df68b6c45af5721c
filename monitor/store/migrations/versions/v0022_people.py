"""People of the console: accounts, links, sessions, passkeys, access tokens; the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def _key() -> sa.types.TypeEngine[str]:
    return sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def _belongs_to_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["person_key"], ["people.key"], name=f"fk_{table}_person_key", ondelete="CASCADE"
    )


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("key", _key(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("password_changed_at", _INSTANT),
        sa.PrimaryKeyConstraint("key", name="pk_people"),
    )
    op.create_table(
        "sign_in_links",
        sa.Column("key", _key(), nullable=False),
        sa.Column("person_key", _key(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sign_in_links"),
        _belongs_to_person("sign_in_links"),
    )
    op.create_table(
        "sessions",
        sa.Column("key", _key(), nullable=False),
        sa.Column("person_key", _key(), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("signed_in_at", _INSTANT, nullable=False),
        sa.Column("used_at", _INSTANT, nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("browser", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sessions"),
        _belongs_to_person("sessions"),
    )
    op.create_table(
        "passkeys",
        sa.Column("key", _key(), nullable=False),
        sa.Column("person_key", _key(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("credential_id", sa.String(2_000), nullable=False),
        sa.Column("public_key", sa.String(2_000), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("used_at", _INSTANT),
        sa.PrimaryKeyConstraint("key", name="pk_passkeys"),
        _belongs_to_person("passkeys"),
    )
    op.create_table(
        "spent_challenges",
        sa.Column("key", _key(), nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_spent_challenges"),
    )
    _access_tokens()
    for table in ("sign_in_links", "sessions", "passkeys", "access_tokens"):
        op.create_index(f"ix_{table}_person_key", table, ["person_key"])
    _audit_log()


def _access_tokens() -> None:
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    op.create_table(
        "access_tokens",
        sa.Column("key", _key(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("scopes", json, nullable=False),
        sa.Column("person_key", _key()),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.Column("used_at", _INSTANT),
        sa.PrimaryKeyConstraint("key", name="pk_access_tokens"),
        sa.UniqueConstraint("name", name="uq_access_tokens_name"),
        _belongs_to_person("access_tokens"),
    )


def _audit_log() -> None:
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "audit_entries",
        sa.Column("number", number, nullable=False, autoincrement=True),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("caller", sa.String(300), nullable=False),
        sa.Column("door", sa.String(16), nullable=False),
        sa.Column("act", sa.String(64), nullable=False),
        sa.Column("target", sa.String(300), nullable=False),
        sa.Column("old_value", json),
        sa.Column("new_value", json),
        sa.Column("reason", sa.String(1_000), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_entries"),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entries_no_{change.lower()} BEFORE {change}"
                " ON audit_entries BEGIN"
                " SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )
