"""Articles that are near-duplicates of earlier ones share a copy key."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.articles.copy_groups import (
    MOST_AT_ADDRESS,
    CandidateIndex,
    comparable,
    group_copies,
    with_fingerprints,
)
from monitor.domain.articles import Article
from monitor.domain.feeds import Entry
from tests.fakes import NOW, article

WIRE = (
    "Builders and deminers will be sent to the border region before winter to clear what the"
    " fighting left behind, a spokesman said after talks in the capital on the alliance of both."
)
HEADLINE = "Builders and deminers to be sent to the border region"


def report(feed: str, title: str = HEADLINE, text: str = WIRE, **changes: object) -> Article:
    reported = article(feed, entry=Entry(title=title, text=text))
    named = replace(reported, key=f"key {feed}", copy_key=f"copy {feed}", feed_key=feed)
    return replace(named, **changes)


def grouped(
    *articles: Article, shared: tuple[str, ...] = (), may_join: bool = True
) -> dict[str, str]:
    """Article key → copy key."""
    index = CandidateIndex(shared_copy_keys=set(shared))
    items = [
        comparable(candidate, may_join=may_join or not candidate.edits) for candidate in articles
    ]
    return dict(group_copies(with_fingerprints(items), index).copy_keys)


def test_an_article_like_no_other_keeps_its_copy_key():
    assert grouped(report("a"), report("b", "Rain on Sunday", "It rains.")) == {
        "key a": "copy a",
        "key b": "copy b",
    }


def test_a_copy_takes_the_copy_key_of_the_first_in_the_list():
    assert grouped(report("a"), report("b"), report("c")) == {
        "key a": "copy a",
        "key b": "copy a",
        "key c": "copy a",
    }


def test_the_newest_articles_of_an_address_are_compared():
    others = [
        report(str(number), f"{1000 + number}", f"{number} " * 20, alias="address")
        for number in range(MOST_AT_ADDRESS + 1)
    ]
    again = report("again", "1001", "", alias="address")
    assert grouped(*others, again)["key again"] == "copy 1"
    gone = report("again", "1000", "", alias="address")
    assert grouped(*others, gone)["key again"] == "copy again"


def test_the_first_seen_is_the_original_when_there_are_several():
    late = report("a", seen_at=NOW + timedelta(minutes=9))
    early = report("b", edits=1, edited_at=NOW)
    copy_keys = grouped(late, early, report("c"), may_join=False)
    assert copy_keys == {"key a": "copy a", "key b": "copy b", "key c": "copy b"}


def test_an_edit_takes_no_other_copy_key_unless_it_causes_alerts():
    edited = report("b", edits=1, edited_at=NOW)
    assert grouped(report("a"), edited, may_join=False)["key b"] == "copy b"
    assert grouped(report("a"), edited, may_join=True)["key b"] == "copy a"


def test_an_edit_whose_copy_key_others_share_keeps_it():
    edited = report("b", edits=1, edited_at=NOW)
    assert grouped(report("a"), edited, shared=("copy b",))["key b"] == "copy b"


def test_copies_are_found_by_later_ones_only_while_the_original_has_no_text():
    for first_text, found_by in (("", {"key a", "key b"}), (WIRE, {"key a"})):
        items = [
            comparable(candidate, may_join=True)
            for candidate in (report("a", text=first_text), report("b"))
        ]
        groups = group_copies(with_fingerprints(items), CandidateIndex())
        assert set(groups.copy_keys.values()) == {"copy a"}
        assert set(groups.fingerprints) == found_by


def test_a_fingerprint_that_many_articles_have_is_not_stored_again():
    notice = "Subscribe to our newsletter to get the most important reports of the day at noon"
    items = [
        comparable(report(f"f{n}", f"Headline {n} on subject {n}", f"{notice} {n}"), may_join=True)
        for n in range(30)
    ]
    groups = group_copies(with_fingerprints(items), CandidateIndex())
    holders: dict[int, int] = {}
    for fingerprints in groups.fingerprints.values():
        for fingerprint in fingerprints:
            holders[fingerprint] = holders.get(fingerprint, 0) + 1
    assert max(holders.values()) == 8


def test_an_article_without_an_alias_is_found_by_its_fingerprints():
    assert grouped(report("a", alias=""), report("b", alias="")) == {
        "key a": "copy a",
        "key b": "copy a",
    }


def test_an_article_that_comes_twice_is_one_candidate():
    index = CandidateIndex(shared_copy_keys=set())
    (item,) = with_fingerprints([comparable(report("a"), may_join=True)])
    for _ in range(2):
        index.add(item, "copy a")
    assert {tuple(keys) for keys in index.by_fingerprint.values()} == {("key a",)}


def test_two_like_articles_at_one_address_are_copies_however_short():
    short = report("a", "Rain on Sunday", "It rains.", alias="page")
    again = report("b", "Rain on Sunday", "It rains again.", alias="page")
    assert grouped(short, again)["key b"] == "copy a"
    assert grouped(short, replace(again, alias="other"))["key b"] == "copy b"
    other = report("b", "Sappers leave for Kursk", "They are many.", alias="page")
    assert grouped(short, other)["key b"] == "copy b"


def test_a_copy_of_two_articles_that_are_none_of_each_other_takes_the_first_seen():
    early, late = report("a"), report("b", seen_at=NOW - timedelta(hours=1))
    assert grouped(early, late, report("c"), may_join=False)["key c"] in ("copy a", "copy b")
    assert grouped(late, early)["key a"] == "copy b"


def dated(feed: str, hours: int, **changes: object) -> Article:
    """A report that was published so many hours before it was seen."""
    published = replace(report(feed).entry, published_at=NOW - timedelta(hours=hours))
    return report(feed, entry=published, **changes)


def test_old_news_of_a_backlog_is_not_compared():
    old, also_old = dated("a", 73, backlog=True), dated("b", 73, backlog=True)
    assert grouped(old, also_old) == {"key a": "copy a", "key b": "copy b"}


def test_news_of_a_backlog_is_compared_as_long_as_copies_may_follow():
    assert grouped(dated("a", 71, backlog=True), report("b"))["key b"] == "copy b"
    assert grouped(dated("a", 30, backlog=True), report("b"))["key b"] == "copy a"


def test_old_news_that_causes_alerts_is_compared_so_that_nobody_is_told_twice():
    assert grouped(dated("a", 100), dated("b", 101))["key b"] == "copy a"


def test_old_news_with_the_same_address_is_still_one_article():
    old, also_old = (dated(feed, 100, backlog=True, alias="page") for feed in "ab")
    assert grouped(old, also_old)["key b"] == "copy a"
