"""Silences: which one keeps an article from a subscription."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerts import silences
from monitor.domain.muting.silence import Silence
from monitor.domain.tiers import Tier
from monitor.domain.topics.topic_decisions import with_decisions
from tests.fakes import NOW, article, decision, entry, subscription

DAY = timedelta(days=1)


def a_silence(**changes) -> Silence:
    silence = Silence(key="k", reason="too much", created_at=NOW - DAY, until=NOW + DAY)
    return replace(silence, **changes)


def silenced(silence: Silence, article_=None, subscription_=None) -> bool:
    active = silences.active_silence(
        article_ or article(), subscription_ or subscription(), [silence], NOW
    )
    return active is silence


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"feed_key": "f"}, True),
        ({"feed_key": "g"}, False),
        ({"subscription_key": "s"}, True),
        ({"subscription_key": "t"}, False),
        ({"theme": "labour"}, True),
        ({"theme": "arms"}, False),
        ({"feed_key": "f", "subscription_key": "t"}, False),  # every condition must hold
        ({"feed_key": "f", "theme": "labour"}, True),
    ],
)
def test_every_condition_of_a_silence_must_hold(changes, expected):
    assert silenced(a_silence(**changes)) is expected


def test_a_silenced_theme_leaves_an_article_that_matches_for_another_theme():
    article_of_both = article(decision=decision(labels=("labour", "arms")))
    of_labour = a_silence(theme="labour")
    assert not silenced(of_labour, article_of_both)
    assert silenced(of_labour, article_of_both, subscription(themes=frozenset({"labour"})))
    assert not silenced(
        of_labour, article_of_both, subscription(themes=frozenset({"labour", "arms"}))
    )


def test_a_silenced_theme_holds_back_a_doubtful_article_of_it():
    doubtful = article(
        decision=decision(relevant=False, score=0.3, review_threshold=0.2, labels=("labour",))
    )
    assert doubtful.decision.tier is Tier.REVIEW
    assert silenced(a_silence(theme="labour"), doubtful)


def test_a_silenced_theme_is_that_of_the_topics_that_the_subscription_wants():
    sea = decision(labels=("damage",), pack="cables@1")
    of_both = with_decisions(article(), (decision(pack="test@1"), sea))
    of_damage = a_silence(theme="damage")
    assert not silenced(of_damage, of_both)
    assert silenced(of_damage, of_both, subscription(topics=frozenset({"cables"})))
    assert not silenced(of_damage, of_both, subscription(topics=frozenset({"test"})))


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
        ("O'Neill", "says O’Neill", True),
        ("Kang Ho-jun", "Kang Ho Jun arrives", True),
        ("SU 57", "an SU−57", True),
        ("полёт", "ПОЛЕТ отменён", True),
        ("Straße", "DIE STRASSE", True),
    ],
)
def test_a_term_matches_whole_words(term, text, expected):
    assert silenced(a_silence(term=term), article(entry=entry(title="-", text=text))) is expected


def test_a_silence_is_active_between_its_times():
    assert not silenced(a_silence(feed_key="f", until=NOW))
    assert not silenced(a_silence(feed_key="f", created_at=NOW + DAY, until=NOW + 2 * DAY))


def test_an_empty_term_matches_nothing():
    assert not silenced(a_silence(term=" "))


def test_a_silence_is_active_from_its_beginning_on():
    assert silenced(a_silence(feed_key="f", created_at=NOW))


def test_of_several_active_silences_the_last_to_end_counts():
    short, long = a_silence(feed_key="f"), a_silence(key="l", theme="labour", until=NOW + 9 * DAY)
    assert silences.active_silence(article(), subscription(), [short, long], NOW) is long
