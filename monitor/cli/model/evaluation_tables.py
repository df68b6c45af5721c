"""The figures of `monitor model evaluate` as tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitor.cli import output

Figures = Mapping[str, Any]

_MEASURES = ("precision", "recall", "f1")
_PARTS = {  # key → what its lines are
    "core": "core",
    "without_borderline": "without borderline",
    "inside_months": "inside the months",
    "outside_months": "outside the months",
}


def print_figures(figures: Figures) -> None:
    """Print all figures: of all lines, of parts, by language and theme, and of two packs."""
    output.print_table(
        ("figure", "value"),
        [
            (name, _number(value))
            for name, value in figures.items()
            if isinstance(value, int | float)
        ],
        empty="",
    )
    intervals = figures["intervals"]
    drawn = "weeks and lines without a date" if figures["without_date"] else "weeks"
    _print_intervals(
        f"over {intervals['weeks']} {drawn}",
        {measure: (figures[measure], intervals[measure]) for measure in _MEASURES},
    )
    _print_events(figures)
    _print_review(figures)
    _print_parts("lines", {name: figures[key] for key, name in _PARTS.items() if key in figures})
    _print_parts("language", figures["by_language"])
    themes = {slug: part for slug, part in figures["by_theme"].items() if part["n"]}
    _print_parts("theme", themes)
    _print_other_pack(figures)


def _print_events(figures: Figures) -> None:
    events = figures.get("events")
    if events is None:
        return
    rows = [("events", f"{events['n']:,}"), ("recalled", f"{events['recalled']:,}")]
    rows += [("missed", name) for name in events["missed"]]
    output.print_table(("figure", "value"), rows, empty="")


def _print_review(figures: Figures) -> None:
    review = figures.get("with_review")
    if review is None:
        return
    rows = [
        ("lines in review", _number(review["n"])),
        ("a day", _number(review["a_day"])),
        ("precision", _number(review["precision"])),
        ("recall", _number(review["recall"])),
    ]
    if "events" in review:
        rows.append(("events recalled", _number(review["events"]["recalled"])))
    heading = f"flagged, and in review from {review['review_threshold']:.2f}"
    output.print_table((heading, "value"), rows, empty="")


def print_reader(trial: Figures) -> None:
    """Print what the answers of a second reader make of the pack's figures."""
    rows = []
    for name, key in (
        ("its “relevant” is alerted (as in a service)", "as_service"),
        ("its answers decide both ways", "as_judge"),
    ):
        figures = trial[key]
        rows.append((name, *(_number(figures[measure]) for measure in _MEASURES)))
        if "core" in figures:
            core = figures["core"]
            rows.append(("  core", *(_number(core[measure]) for measure in _MEASURES)))
    output.print_table(("with the second reader", "precision", "recall", "F1"), rows, empty="")


def _print_intervals(
    heading: str, rows: Mapping[str, tuple[float, tuple[float, float]]], *, sign: str = ""
) -> None:
    lines = []
    for measure, (value, interval) in rows.items():
        lines.append((measure, *(f"{number:{sign}.3f}" for number in (value, *interval))))
    output.print_table((heading, "value", "95 % from", "to"), lines, empty="")


def _print_parts(heading: str, parts: Mapping[str, Figures]) -> None:
    columns = ("n", "precision", "recall", "f1", "average_precision")
    rows = [(name, *map(_number, map(part.get, columns))) for name, part in parts.items()]
    output.print_table(
        (heading, "n", "precision", "recall", "F1", "average precision"), rows, empty=""
    )


def _print_other_pack(figures: Figures) -> None:
    other = figures.get("against")
    if other is None:
        return
    rows = {
        measure: (figures[measure] - other[measure], other["difference"][measure])
        for measure in _MEASURES
    }
    _print_intervals(f"difference to {other['pack']}", rows, sign="+")


def _number(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else f"{value:,}"
