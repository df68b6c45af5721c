"""SVG elements as text: x in per cent of the width, y in pixels, no style, every text escaped.

A picture whose x is in per cent fills its box at any width while its letters keep their size; one
with a `viewBox` would shrink them on phones.
"""

from __future__ import annotations

from html import escape

from monitor.text.sanitize import line


def document(marks: str, *, label: str, height: int, css_class: str = "") -> str:
    """A whole picture of this height; `label` is its text for those who don't see it."""
    classes = f"chart {css_class}".strip()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{classes}" width="100%" height="{height}"'
        f' role="img" aria-label="{escaped(label)}">{marks}</svg>'
    )


def rect(x: float, y: float, width: float, height: float, css_class: str, title: str = "") -> str:
    """A bar; `x` and `width` in per cent, `y` and `height` in pixels."""
    opening = (
        f'<rect class="{css_class}" x="{number(x)}%" y="{number(y)}"'
        f' width="{number(width)}%" height="{number(height)}"'
    )
    return f"{opening}>{_title(title)}</rect>" if title else f"{opening}/>"


def circle(x: float, y: float, radius: float, css_class: str, title: str = "") -> str:
    """A dot at `x` per cent."""
    opening = f'<circle class="{css_class}" cx="{number(x)}%" cy="{number(y)}" r="{number(radius)}"'
    return f"{opening}>{_title(title)}</circle>" if title else f"{opening}/>"


def vertical(x: float, top: float, bottom: float, css_class: str = "grid") -> str:
    """A line from top to bottom at `x` per cent."""
    return line_between(x, top, x, bottom, css_class)


def horizontal(y: float, css_class: str = "grid") -> str:
    """A line over the whole width at `y` pixels."""
    return line_between(0, y, 100, y, css_class)


def line_between(x1: float, y1: float, x2: float, y2: float, css_class: str) -> str:
    """A straight line; x in per cent, y in pixels."""
    return (
        f'<line class="{css_class}" x1="{number(x1)}%" y1="{number(y1)}"'
        f' x2="{number(x2)}%" y2="{number(y2)}"/>'
    )


def text(x: float, y: float, words: str, *, anchor: str = "start", css_class: str = "") -> str:
    """A line of text; `anchor` is "start", "middle" or "end"."""
    attributes = f' class="{css_class}"' if css_class else ""
    attributes += f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{number(x)}%" y="{number(y)}"{attributes}>{escaped(words)}</text>'


def group(marks: str, title: str) -> str:
    """Marks that share one title."""
    return f"<g>{_title(title)}{marks}</g>"


def polyline(points: list[tuple[float, float]], css_class: str) -> str:
    """A line through these points, both coordinates in pixels."""
    coordinates = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return f'<polyline class="{css_class}" points="{coordinates}"/>'


def edge_anchor(x: float) -> str:
    """The anchor that keeps a label inside the picture."""
    if x < 8:
        return "start"
    return "end" if x > 92 else "middle"


def number(value: float) -> str:
    """The shortest text of a coordinate, to a hundredth: "12.5", "0"."""
    short = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def escaped(words: str) -> str:
    """Text of anybody, safe inside an element and inside a quoted attribute."""
    return escape(line(words))


def _title(words: str) -> str:
    return f"<title>{escaped(words)}</title>"
