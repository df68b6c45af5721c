"""What charts share: colour classes and legends."""

from __future__ import annotations

from monitor.charts.chart import series_legend, theme_class


def test_eight_series_have_a_colour_each_and_further_ones_share_one():
    assert [theme_class(place) for place in (0, 7, 8, 20)] == [
        "theme-1",
        "theme-8",
        "theme-rest",
        "theme-rest",
    ]


def test_a_legend_names_the_series_in_the_order_of_drawing():
    legend = series_legend(["Troops", "Arms"])
    assert [(entry.name, entry.css_class) for entry in legend] == [
        ("Troops", "theme-1"),
        ("Arms", "theme-2"),
    ]
