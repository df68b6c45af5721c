"""A lesson is in the address of its page, whatever somebody types there."""

from __future__ import annotations

import pytest

from monitor.web.console.teaching.lesson import PATH, Lesson, lesson_of, parse_lesson


def test_a_lesson_leads_from_article_to_article_and_then_to_another_lesson():
    lesson = lesson_of(["a" * 64, "b" * 64])
    assert (lesson.key, lesson.place, lesson.previous_address) == ("a" * 16, "1 of 2", "")
    assert lesson.next_address == f"{PATH}?list={'a' * 16}.{'b' * 16}&at=1"
    last = parse_lesson(f"{'a' * 16}.{'b' * 16}", "1")
    assert (last.key, last.next_address) == ("b" * 16, PATH)
    assert last.previous_address == lesson.address


def test_a_lesson_keeps_the_topic_whose_packs_its_page_shows():
    lesson = parse_lesson("a.b", "0", "wolves")
    assert lesson.address == f"{PATH}?topic=wolves&list=a.b&at=0"
    last = parse_lesson("a.b", "1", "wolves")
    assert last.next_address == f"{PATH}?topic=wolves"


def test_a_lesson_without_articles_is_empty():
    assert Lesson().key == ""
    assert Lesson().address == PATH


@pytest.mark.parametrize(
    ("keys", "at"),
    [("", ""), ("a..b", "0"), ("<script>", "0"), ("a.b", "x"), ("a.b", "-1"), ("ab\n", "0"),
     ("a.b", "١")],
)  # fmt: skip
def test_an_address_that_no_lesson_has_is_an_empty_one(keys: str, at: str):
    assert parse_lesson(keys, at) == Lesson()


def test_a_place_beyond_the_end_is_the_last_one():
    assert parse_lesson("a.b", "99999999999").key == "b"
    assert len(parse_lesson(".".join("a" * 500), "0").keys) == 50
