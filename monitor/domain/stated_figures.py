"""Stated figures: numbers with their kinds and claimants, as the articles of a story state them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFigure:
    """One figure of one stored article.  An open end of a range is None."""

    article_key: str
    position: int  # among the figures of its article, from 0
    kind: str
    value_min: float | None
    value_max: float | None
    approx: bool
    claimant: str | None  # as written
    party: str | None  # the side behind it
    through: str | None  # the medium that passes it on
    at: datetime  # of the article
    quote: str
    sentence: str
    removed: bool = False  # a person said that it is none


def value_text(value_min: float | None, value_max: float | None, *, approx: bool) -> str:
    """For people: "about 3,000", "1,000 or more", "up to 5,000", "10,000 to 12,000"."""
    about = "about " if approx else ""
    low, high = _readable(value_min), _readable(value_max)
    if value_min is None:
        return f"{about}up to {high}"
    if value_max is None:
        return f"{about}{low} or more"
    return f"{about}{low}" if low == high else f"{about}{low} to {high}"


def _readable(value: float | None) -> str:
    return f"{value or 0:,.6f}".rstrip("0").rstrip(".")
