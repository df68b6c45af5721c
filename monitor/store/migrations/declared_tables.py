"""All declared tables: what migrations make, and what the table file is written from."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Table

from monitor.store.database.columns import key_type
from monitor.store.database.declared_row import TableRow
from monitor.store.schema import (
    alerts,
    articles,
    event_tables,
    feeds,
    health,
    links,
    people_tables,
    reader_tables,
    retention_tables,
    rule_tables,
    saved_tables,
    story_tables,
    teaching_tables,
)
from monitor.store.schema.operating import job_tables

# Imported, so that their tables are known.
MODULES = (
    alerts,
    articles,
    event_tables,
    feeds,
    health,
    job_tables,
    links,
    people_tables,
    reader_tables,
    retention_tables,
    rule_tables,
    saved_tables,
    story_tables,
    teaching_tables,
)

metadata = TableRow.metadata
_articles = metadata.tables["articles"]

# What all versions of an article share, and what only the newest is looked up by.
_OF_THE_NEWEST = (
    "key", "copy_key", "feed_key", "seen_at", "backlog", "alias", "opens_other_gate",
)  # fmt: skip

# The versions of an article before its publisher edited it, each with its decision.
Table(
    "revisions",
    metadata,
    Column("article_key", key_type(), primary_key=True),
    *(
        Column(
            column.name, column.type, primary_key=column.name == "edits", nullable=column.nullable
        )
        for column in _articles.c
        if column.name not in _OF_THE_NEWEST
    ),
    # a deleted article takes its revisions along
    ForeignKeyConstraint(
        ["article_key"], ["articles.key"], name="fk_revisions_article_key", ondelete="CASCADE"
    ),
)
