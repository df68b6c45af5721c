"""One headline in five is for comparison, whatever its spelling, and always the same ones."""

from __future__ import annotations

from monitor.classify.training.held_out import HELD_OUT, is_held_out, with_distinct_titles


def test_about_one_headline_in_five_is_held_out_and_stays_so():
    titles = [f"Wolf number {number}" for number in range(1_000)]
    held_out = [title for title in titles if is_held_out(title)]
    assert 150 < len(held_out) < 250
    assert HELD_OUT == 5
    assert held_out == [title for title in titles if is_held_out(title.upper())]


def test_of_equal_headlines_the_first_counts():
    titled = [("Wolf seen", 1), ("WOLF seen", 2), ("Wolf heard", 3)]
    assert list(with_distinct_titles(titled)) == [("Wolf seen", 1), ("Wolf heard", 3)]
