"""Sparkline: the course of a count as a small line without axes; its value stands in words."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.charts import svg

WIDTH, HEIGHT = 80, 24  # pixels
_EDGE = 2.0


def sparkline(counts: Sequence[int], label: str) -> str:
    """The SVG of these counts, the oldest first; `label` says the same in words."""
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart sparkline" width="{WIDTH}"'
        f' height="{HEIGHT}" role="img" aria-label="{svg.escaped(label)}">'
    )
    points = _points(counts)
    if not points:
        return f"{opening}</svg>"
    x, y = points[-1]
    end = f'<circle class="end" cx="{svg.number(x)}" cy="{svg.number(y)}" r="2"/>'
    return f"{opening}{svg.polyline(points, 'course')}{end}</svg>"


def _points(counts: Sequence[int]) -> list[tuple[float, float]]:
    most = max([*counts, 1])
    step = (WIDTH - 2 * _EDGE) / max(1, len(counts) - 1)
    height = HEIGHT - 2 * _EDGE
    return [
        (_EDGE + place * step, HEIGHT - _EDGE - count / most * height)
        for place, count in enumerate(counts)
    ]
