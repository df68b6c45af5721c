"""Figures of a JSON Lines file of articles; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject
from monitor.actions.json_lines import Line, read_lines
from monitor.classify.features import language
from monitor.domain.feeds import Entry
from monitor.figures.extraction import SourceText, extract_figures
from monitor.figures.figure import Figure
from monitor.figures.pack_files import load_figure_pack
from monitor.runtime import topic_pack

if TYPE_CHECKING:
    from monitor.settings.sections import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedLine:
    """A line and the figures of its headline and text."""

    line: Line
    figures: tuple[Figure, ...]

    def as_json(self) -> JsonObject:
        """The line as `figures extract --json` prints it."""
        figures = [figure_as_json(figure) for figure in self.figures]
        return {"id": self.line.get("id"), "figures": figures}


def extract_from_file(file: Path, settings: Settings) -> Iterator[ExtractedLine]:
    """The figures of every line.  Raise ConfigError naming a line, PackError naming a file."""
    pack = load_figure_pack(topic_pack.figures_folder(settings))
    for line in read_lines(file):
        figures = extract_figures(_source_text(line), pack)
        yield ExtractedLine(line=line, figures=tuple(figures))


def figure_as_json(figure: Figure) -> JsonObject:
    """A figure for programs; whole values are written without a point, an open end is null."""
    attribution = figure.attribution
    return {
        "value_min": _whole(figure.value_min),
        "value_max": _whole(figure.value_max),
        "approx": figure.approx,
        "kind": figure.kind,
        "claimant": attribution.claimant,
        "party": attribution.party,
        "through": attribution.through,
        "claimed_on": figure.claimed_on,
        "quote": figure.quote,
        "sentence": figure.sentence,
    }


def _whole(value: float | None) -> float | int | None:
    return int(value) if value is not None and float(value).is_integer() else value


def _source_text(line: Line) -> SourceText:
    entry = Entry(title=line["title"], text=_text(line, "text") or "", language=_text(line, "lang"))
    return SourceText(
        title=entry.title,
        text=entry.text,
        language=language.entry_language(entry, None),
        date=_text(line, "date"),
    )


def _text(line: Line, key: str) -> str | None:
    value = line.get(key)
    return None if value is None else str(value)
