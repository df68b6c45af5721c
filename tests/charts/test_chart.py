"""What charts share: colour classes and legends."""

from __future__ import annotations

from jinja2 import Environment

from monitor.charts.chart import Chart, series_legend, theme_class


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


def test_a_template_takes_the_picture_as_it_is():
    chart = Chart(svg="<svg/>", finding="<b>", columns=(), rows=())
    template = Environment(autoescape=True).from_string("{{ chart }} {{ chart.finding }}")
    assert template.render(chart=chart) == "<svg/> &lt;b&gt;"
