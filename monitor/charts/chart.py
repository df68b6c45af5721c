"""A chart: its picture as SVG text, the finding in a sentence, a legend, and the same as a table.

Classes of the SVG name colours; the style sheet of the console knows them.  Colour never stands
alone: every mark has a title, and the table beside the picture has every number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_THEME_COLOURS = 8  # further series share the class of the rest
REST = "theme-rest"

Cell = str | int | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendEntry:
    """What a colour of the picture stands for."""

    name: str
    css_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart, ready for a page."""

    svg: str  # empty where there is nothing to draw: the finding says why
    finding: str  # a sentence
    legend: tuple[LegendEntry, ...] = ()
    columns: tuple[str, ...] = ()  # empty for a chart that stands in a table
    rows: tuple[tuple[Cell, ...], ...] = ()

    def __html__(self) -> str:
        """The picture: templates, which escape what they are given, take it as it is."""
        return self.svg


def theme_class(place: int) -> str:
    """The colour class of the series at this place, from 0."""
    return f"theme-{place + 1}" if place < MOST_THEME_COLOURS else REST


def series_legend(names: Sequence[str]) -> tuple[LegendEntry, ...]:
    """One entry for each series, in the order in which they are drawn."""
    return tuple(
        LegendEntry(name=name, css_class=theme_class(place)) for place, name in enumerate(names)
    )
