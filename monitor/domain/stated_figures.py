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


_ROUGHLY = 0.15  # an approximate figure stands for values this far from it


def agree(figure: StatedFigure, other: StatedFigure) -> bool:
    """Whether one value can be true of both: their ranges meet, approximate ones being wider."""
    low, high = _bounds(figure)
    other_low, other_high = _bounds(other)
    return low <= other_high and other_low <= high


def _bounds(figure: StatedFigure) -> tuple[float, float]:
    slack = _ROUGHLY if figure.approx else 0.0
    low = 0.0 if figure.value_min is None else figure.value_min * (1 - slack)
    high = float("inf") if figure.value_max is None else figure.value_max * (1 + slack)
    return low, high


def claimant_of(figure: StatedFigure) -> str:
    """Who claims it, comparable: the party behind it, else the words in small letters."""
    return figure.party or (figure.claimant or "").casefold()


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
