"""Limits for feedparser: what is beyond them is dropped, and nothing else changes."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.collect.parse.rss_atom import feedparser_limits as limits
from monitor.collect.parse.rss_atom.feedparser_run import parse_lenient, parse_strict

URL = "https://f.example/rss"


def parsed(items: str, *, broken: bool = False, channel: str = "") -> Any:
    """The parser after a document; a stray tag in its title makes the loose one read it."""
    title = "<title>F<b></title>" if broken else "<title>F</title>"
    text = f"<rss version='2.0'><channel>{title}{channel}{items}</channel></rss>"
    return parse_lenient(text, URL, 100, is_feed=True)[0]


@pytest.fixture(params=[False, True], ids=["strict", "loose"])
def broken(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def test_an_entry_has_a_bounded_number_of_tags(broken):
    tags = "".join(f"<category>t{number}</category>" for number in range(limits.MAX_TAGS + 5))
    (entry,) = parsed(f"<item>{tags}</item>", broken=broken).entries
    assert len(entry["tags"]) == limits.MAX_TAGS


def test_a_long_author_is_cut_before_a_mail_address_is_searched_in_it(broken):
    (entry,) = parsed(f"<item><author>{'a ' * 9_000}x@y.example</author></item>",
                      broken=broken).entries  # fmt: skip
    assert len(entry["author"]) <= limits.MAX_AUTHOR


def test_an_element_with_too_many_attributes_loses_them():
    attributes = " ".join(f"a{number}='1'" for number in range(limits.MAX_ATTRIBUTES + 1))
    item = f"<item><enclosure {attributes} url='https://f.example/a'/><title>One</title></item>"
    (entry,) = parsed(item).entries
    assert entry["title"] == "One"
    assert "https://f.example/a" not in str(entry.get("links"))


def test_hours_and_days_to_skip_are_collected_where_they_belong(broken):
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(40))
    channel = (
        f"<skipHours>{hours}</skipHours><skipDays><day>Sunday</day><day>Friday</day></skipDays>"
    )
    parser = parsed("<hour>99</hour><item><title>One</title></item>", broken=broken,
                    channel=channel)  # fmt: skip
    assert parser.skip_hours == tuple(str(hour) for hour in range(limits.MAX_SKIPS))
    assert parser.skip_days == ("Sunday", "Friday")


def test_the_caption_of_a_picture_is_no_summary(broken):
    media = "xmlns:media='http://search.yahoo.com/mrss/'"
    item = f"<item {media}><media:description>a bridge</media:description><title>One</title></item>"
    (entry,) = parsed(item, broken=broken).entries
    assert "summary" not in entry
    assert entry["title"] == "One"


def test_an_id_is_kept_as_it_was_written():
    text = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>one</id><link href='two'/></entry>"
        "</feed>"
    )
    (entry,) = parse_strict(text, URL, 9)[0].entries
    assert (entry["id"], entry["link"]) == ("one", "https://f.example/two")


def test_items_that_change_nothing_for_others_leave_one_state():
    plain = "<item><title>One</title></item>" * 3
    assert len(parsed(plain).states) == 1
    assert len(parsed("").states) == 0


def test_a_fault_of_feedparser_costs_its_element_alone(monkeypatch: pytest.MonkeyPatch):
    def fails(self, _attributes):
        raise KeyError("a fault of the library")

    monkeypatch.setattr(limits.BoundedParser, "_start_comments", fails, raising=False)
    item = "<item><comments>x</comments><title>One</title></item>"
    parser = parsed(item * 2)
    assert [entry["title"] for entry in parser.entries] == ["One", "One"]
