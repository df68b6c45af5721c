"""What an operator asked not to be told of for a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerts import silences
from monitor.domain.alerts import Silence
from tests.fakes import NOW, article, decision, entry, subscription

DAY = timedelta(days=1)


def a_silence(**what) -> Silence:
    made = Silence(key="k", reason="too much", created_at=NOW - DAY, until=NOW + DAY)
    return replace(made, **what)


def silenced(one: Silence, article_=None, subscription_=None) -> bool:
    found = silences.active_silence(
        article_ or article(), subscription_ or subscription(), [one], NOW
    )
    return found is one


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ({"feed_key": "f"}, True),
        ({"feed_key": "g"}, False),
        ({"subscription_key": "s"}, True),
        ({"subscription_key": "t"}, False),
        ({"theme": "labour"}, True),
        ({"theme": "arms"}, False),
        ({"feed_key": "f", "subscription_key": "t"}, False),  # all that it names must apply
        ({"feed_key": "f", "theme": "labour"}, True),
    ],
)
def test_all_that_a_silence_names_must_apply(what, expected):
    assert silenced(a_silence(**what)) is expected


def test_a_theme_does_not_take_what_would_be_told_for_another():
    both = article(decision=decision(labels=("labour", "arms")))
    of_labour = a_silence(theme="labour")
    assert not silenced(of_labour, both)
    assert silenced(of_labour, both, subscription(themes=frozenset({"labour"})))
    assert not silenced(of_labour, both, subscription(themes=frozenset({"labour", "arms"})))


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("parade", "A PARADE in Pyongyang", True),
        ("parade", "Parades were held", False),  # another word
        ("army  day", "the Army\nDay of 2026", True),
        ("C-130", "a C-130, seen", True),
        ("день победы", "В День Победы", True),
        ("열병식", "평양에서 열병식이 열렸다", True),  # particles are joined to words
        ("閲兵", "金正恩閲兵式", True),
        ("ＮＩＳ", "the NIS says", True),
        ("(", "a ( b", True),
    ],
)
def test_a_term_is_found_as_words_of_their_own(term, text, expected):
    assert silenced(a_silence(term=term), article(entry=entry(title="-", text=text))) is expected


def test_a_silence_begins_and_ends_by_itself():
    assert not silenced(a_silence(feed_key="f", until=NOW))
    assert not silenced(a_silence(feed_key="f", created_at=NOW + DAY, until=NOW + 2 * DAY))


def test_of_several_the_one_that_ends_last_is_named():
    short, long = a_silence(feed_key="f"), a_silence(key="l", theme="labour", until=NOW + 9 * DAY)
    assert silences.active_silence(article(), subscription(), [short, long], NOW) is long
