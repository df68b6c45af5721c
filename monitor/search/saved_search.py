"""Saved search: a question with a name, shared by everybody who may search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.domain.keys import key_of

LONGEST_NAME = 60  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A question that was saved; its dates are of `zone`."""

    name: str
    question: str  # as it was written
    zone: str = "UTC"  # "Asia/Seoul"
    saved_by: str
    created_at: datetime
    changed_at: datetime
    renewals: int = 0  # of the addresses of its feeds

    @property
    def key(self) -> str:
        """The key of its name; case does not matter."""
        return saved_key(self.name)

    @property
    def dates_zone(self) -> tzinfo:
        """The zone of the dates in the question; UTC for a zone that this machine lacks."""
        try:
            return ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return UTC


def saved_key(name: str) -> str:
    """The key of the saved search with this name."""
    return key_of("saved search", name.casefold())


def by_folded_name(searches: Iterable[SavedSearch]) -> Mapping[str, SavedSearch]:
    """The searches as `saved:` finds them: case does not matter."""
    return {search.name.casefold(): search for search in searches}
