"""SVG elements: escaped texts, short coordinates, no style."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from monitor.charts import svg
from tests.charts.golden_files import check_golden

HOSTILE = "<script>alert(1)</script>\" onload='x' & \x00\u202e]]>"


def test_a_picture_with_every_element_is_as_it_was_meant():
    marks = (
        svg.rect(10, 20, 30.126, 40, "news", "four")
        + svg.circle(50, 10, 4, "dot")
        + svg.vertical(25, 0, 60)
        + svg.horizontal(30)
        + svg.text(100, 12, "right", anchor="end", css_class="axis")
        + svg.group(svg.rect(0, 0, 1, 1, "quiet"), "together")
        + svg.polyline([(0, 1), (2.5, 3)], "course")
    )
    check_golden("elements", svg.document(marks, label="All of it", height=60, css_class="sample"))


def test_hostile_text_stays_text_in_titles_labels_and_attributes():
    picture = svg.document(
        svg.rect(0, 0, 1, 1, "news", HOSTILE) + svg.text(0, 0, HOSTILE), label=HOSTILE, height=10
    )
    root = ElementTree.fromstring(picture)
    assert [element.tag.rpartition("}")[2] for element in root.iter()] == [
        "svg",
        "rect",
        "title",
        "text",
    ]
    assert not [name for element in root.iter() for name in element.attrib if name == "onload"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (-0.001, "0"), (100, "100"), (12.5, "12.5"), (1 / 3, "0.33"), (99.999, "100")],
)
def test_coordinates_are_as_short_as_a_hundredth_allows(value, shown):
    assert svg.number(value) == shown


def test_labels_at_the_edges_stay_inside_the_picture():
    assert [svg.edge_anchor(x) for x in (0, 50, 100)] == ["start", "middle", "end"]
