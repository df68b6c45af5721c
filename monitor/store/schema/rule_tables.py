"""The tables of rule versions and of rule drafts.

No `from __future__ import annotations` in this file: SQLModel reads the annotations.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String
from sqlmodel import Field

from monitor.store.database.columns import SafeText, UtcDateTime, json_type, key_type
from monitor.store.database.declared_row import TableRow
from monitor.store.schema.base import SENTENCE_LENGTH, TEXT_LENGTH

NAME_LENGTH, DOOR_LENGTH, DIGEST_LENGTH = 300, 16, 64


class RuleVersionRow(TableRow, table=True):
    """Rules, threshold and lexicon that were put in force, or found in the file."""

    __tablename__ = "rule_versions"

    number: int = Field(sa_type=Integer, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    by: str = Field(sa_type=SafeText(NAME_LENGTH))
    door: str = Field(sa_type=String(DOOR_LENGTH))
    reason: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    text: str = Field(sa_type=SafeText(TEXT_LENGTH))
    config: str = Field(sa_type=String(DIGEST_LENGTH))
    restored: int | None = Field(sa_type=Integer)
    effect: dict[str, Any] | None = Field(sa_type=json_type())


class RuleDraftRow(TableRow, table=True):
    """What a person is writing in the keyword lab."""

    __tablename__ = "rule_drafts"

    person: str = Field(sa_type=key_type(), primary_key=True)
    text: str = Field(sa_type=SafeText(TEXT_LENGTH))
    base: str = Field(sa_type=String(DIGEST_LENGTH))
    base_text: str = Field(sa_type=SafeText(TEXT_LENGTH))
    saved_at: datetime = Field(sa_type=UtcDateTime)
