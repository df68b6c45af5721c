"""Search: numbers of articles in the order in which they were stored, and the index of words.

The numbers of stored articles are given here; their words are indexed in the background.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.search import tokeniser

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "article_numbers",
        sa.Column("number", number, nullable=False, autoincrement=True),
        sa.Column("key", key, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_article_numbers"),
        sa.UniqueConstraint("key", name="uq_article_numbers_key"),
        sa.ForeignKeyConstraint(
            ["key"], ["articles.key"], name="fk_article_numbers_key", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "search_indexes",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("tokeniser", sa.Integer(), nullable=False),
        sa.Column("indexed_from", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_indexes"),
    )
    op.execute("INSERT INTO article_numbers (key) SELECT key FROM articles ORDER BY seen_at, key")
    # the index is empty: what is indexed from now on has the tokens of this program
    empty = sa.text(
        "INSERT INTO search_indexes (id, tokeniser, indexed_from)"
        " SELECT 1, :tokeniser, coalesce(max(number), 0) + 1 FROM article_numbers"
    )
    op.execute(empty.bindparams(tokeniser=tokeniser.VERSION))
    if op.get_bind().dialect.name == "sqlite":
        # the index alone, without a copy of the texts: its columns hold tokens between spaces
        op.execute(
            "CREATE VIRTUAL TABLE article_words USING fts5(title, text, labels, content='',"
            " columnsize=0, tokenize=\"ascii tokenchars '_'\")"
        )
        return
    op.execute(
        "CREATE TABLE article_words (number bigint NOT NULL, part smallint NOT NULL,"
        " has_parts boolean NOT NULL, words tsvector NOT NULL,"
        " CONSTRAINT pk_article_words PRIMARY KEY (number, part),"
        " CONSTRAINT fk_article_words_number FOREIGN KEY (number)"
        " REFERENCES article_numbers (number) ON DELETE CASCADE)"
    )
    # no pending list: a search would have to read it whole
    op.execute(
        "CREATE INDEX ix_article_words_words ON article_words USING gin (words)"
        " WITH (fastupdate = off)"
    )
    op.execute("CREATE INDEX ix_article_words_has_parts ON article_words (number) WHERE has_parts")
