"""The address, the text and the characters of an entry, where publishers write them oddly."""

from __future__ import annotations

import json

import pytest

from monitor.collect.parse.document import parse_document
from monitor.domain.feeds import Entry

PAGE = "https://quay.example/a"


def entry(document: str, content_type: str = "") -> Entry:
    (only,) = parse_document(
        document.encode(), content_type=content_type, url="https://quay.example/f", max_entries=10
    ).entries
    return only


def item(inside: str, title: str = "Crane moved") -> Entry:
    namespaces = (
        'xmlns:media="http://search.yahoo.com/mrss/"'
        ' xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    )
    head = f"<rss version='2.0' {namespaces}><channel><title>T</title>"
    return entry(f"{head}<item><title>{title}</title>{inside}</item></channel></rss>")


def atom_entry(inside: str, language: str = "") -> Entry:
    declared = f' xml:lang="{language}"' if language else ""
    return entry(
        f'<feed xmlns="http://www.w3.org/2005/Atom"{declared}><title>T</title>'
        f"<entry><title>Crane moved</title>{inside}</entry></feed>"
    )


@pytest.mark.parametrize(
    "inside",
    [
        f'<link rel="alternate" href="{PAGE}"/><link rel="enclosure">https://quay.example/p.jpg</link>',
        f'<link rel="enclosure" href="https://quay.example/p.jpg"/><link href="{PAGE}"/>',
        f'<link rel="self" href="https://quay.example/a.atom"/><link href="{PAGE}"/>',
        f'<link type="application/json" href="https://quay.example/a.json"/><link href="{PAGE}"/>',
        f'<link hreflang="fr" href="https://quay.example/fr"/><link hreflang="en" href="{PAGE}"/>',
        f'<content src="{PAGE}"/>',
        f"<id>{PAGE}</id>",
    ],
)
def test_relation_type_and_language_choose_the_link_of_an_atom_entry(inside):
    assert atom_entry(inside, "en").url == PAGE


@pytest.mark.parametrize(
    "inside",
    [
        f"<link></link><guid>{PAGE}</guid>",
        f"<link/><guid isPermaLink='true'>{PAGE}</guid>",
        f"<guid isPermaLink='false'>a-1</guid><enclosure url='{PAGE}' type='audio/mpeg'/>",
        f"<link>https://counter.example/~r/1</link><feedburner:origLink>{PAGE}</feedburner:origLink>",
    ],
)
def test_an_rss_item_has_the_best_address_that_it_names(inside):
    assert item(inside).url == PAGE


@pytest.mark.parametrize(
    "members",
    [{"id": PAGE}, {"id": "1", "external_url": PAGE}, {"id": "1", "attachments": [{"url": PAGE}]}],
)
def test_a_json_item_has_the_best_address_that_it_names(members):
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "T"}
    items = [{"title": "Crane moved", **members}]
    assert entry(json.dumps({**document, "items": items})).url == PAGE


def test_a_line_end_within_a_json_text_costs_nothing():
    document = (
        '{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "title": "a\n\tb"}]}'
    )
    assert entry(document).title == "a b"


def test_the_caption_of_a_picture_is_not_the_text():
    caption = "<media:description>A long caption about gulls over the harbour.</media:description>"
    lead = "<description>Work rests.</description>"
    pictures = (
        caption,
        f"<media:content url='https://quay.example/p.jpg'>{caption}</media:content>",
    )
    for picture in pictures:
        assert item(lead + picture).text == item(picture + lead).text == "Work rests."
        assert item(picture).text == "A long caption about gulls over the harbour."


@pytest.mark.parametrize(
    "reference", ["&#55357;&#57026;", "&#xD83D;&#xDEC2;", "&#xd83d;&#57026;", "&#128706;"]
)
def test_two_halves_of_a_character_are_one(reference):
    assert item("", title=f"Passport {reference} check").title == "Passport 🛂 check"


@pytest.mark.parametrize("reference", ["&#55357;", "&#57026;&#55357;", "&#55357; &#57026;"])
def test_a_half_alone_is_replaced(reference):
    assert "\ufffd" in item("", title=f"Passport {reference} check").title


@pytest.mark.parametrize(
    ("written", "url"),
    [
        (
            "https://quay.example/v?id=1&lang=ko&copy=2",
            "https://quay.example/v?id=1&lang=ko&copy=2",
        ),
        ("https://quay.example/v?a=1&amp;b=2&c=3", "https://quay.example/v?a=1&b=2&c=3"),
        ("<![CDATA[https://quay.example/v?a=1&b=2]]>", "https://quay.example/v?a=1&b=2"),
    ],
)
def test_a_bare_ampersand_in_an_address_stays_one(written, url):
    assert item(f"<link>{written}</link>", title="Q&A with AT&T & co").url == url


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Q&A with AT&T & co", "Q&A with AT&T & co"),
        ("Caf&eacute; & bar &ndash; open", "Café & bar – open"),
        ("&unknown; & more", "&unknown; & more"),
    ],
)
def test_a_bare_ampersand_in_a_headline_stays_one(written, title):
    assert item(f"<link>{PAGE}?a=1&b=2</link>", title=written).title == title


@pytest.mark.parametrize(
    ("guid", "url"),
    [
        ("12345", None),
        ("a1b2-c3d4", None),
        ("/news/5", "https://quay.example/news/5"),
        ("story-5.html", "https://quay.example/story-5.html"),
        ("?id=5", "https://quay.example/f?id=5"),
    ],
)
def test_a_guid_alone_is_an_address_only_when_it_looks_like_one(guid, url):
    assert item(f"<guid>{guid}</guid>").url == url


@pytest.mark.parametrize(
    "written", ["How to centre a &lt;div&gt; today", "<![CDATA[How to centre a <div> today]]>"]
)
def test_a_headline_that_names_an_element_keeps_its_name(written):
    assert item("", title=written).title == "How to centre a < div> today"
