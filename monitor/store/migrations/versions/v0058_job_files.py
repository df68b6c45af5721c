"""Files that jobs made, such as exports, in chunks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    op.create_table(
        "job_files",
        sa.Column("job_key", key, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", key, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job_key", "attempt", name="pk_job_files"),
        sa.ForeignKeyConstraint(["job_key"], ["jobs.key"], name="fk_job_files_job_key"),
    )
    op.create_index("ix_job_files_made_at", "job_files", ["made_at"])
    op.create_table(
        "job_file_chunks",
        sa.Column("job_key", key, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("compressed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("job_key", "attempt", "number", name="pk_job_file_chunks"),
        sa.ForeignKeyConstraint(
            ["job_key", "attempt"],
            ["job_files.job_key", "job_files.attempt"],
            name="fk_job_file_chunks_file",
        ),
    )
