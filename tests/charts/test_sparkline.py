"""Sparklines."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from monitor.charts.sparkline import HEIGHT, WIDTH, sparkline
from tests.charts.golden_files import check_golden


def test_a_sparkline_is_as_it_was_meant():
    check_golden("sparkline", sparkline([1, 3, 0, 7, 2], "13 articles in 5 days, at most 7"))


@given(st.lists(st.integers(0, 10**6), max_size=60))
def test_every_point_lies_inside_the_picture(counts):
    points = re.findall(r"([\d.]+),([\d.]+)", sparkline(counts, "any"))
    assert len(points) == len(counts)
    assert all(0 <= float(x) <= WIDTH and 0 <= float(y) <= HEIGHT for x, y in points)


def test_nothing_is_drawn_of_no_counts():
    assert "polyline" not in sparkline([], "none")
