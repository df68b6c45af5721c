"""Changes of marks: what a person changed, so that it can be shown and undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.domain.articles import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkChange:
    """A change of one person's mark on one article and topic; kept for ever, to be undone.

    Changes with the same `act` were made at once, and are undone at once.
    """

    act: str
    article_key: str
    topic: str = ""
    by: str
    at: datetime
    before: Mark | None  # None: there was none
    after: Mark | None  # None: it was taken away
    undoes: str = ""  # the act that this one takes back
