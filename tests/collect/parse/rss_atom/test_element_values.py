"""Texts and attributes come out as feedparser's handlers get them, or the item is odd."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from monitor.collect.parse.rss_atom import element_values
from monitor.collect.parse.rss_atom.element_values import OddItemError


def test_the_text_of_a_leaf_has_no_blanks_around_it_and_no_comments():
    element = ElementTree.fromstring("<title> Rain <!-- and -->wind </title>")
    assert element_values.leaf_text(element) == "Rain wind"
    assert element_values.leaf_text(ElementTree.fromstring("<title/>")) == ""
    with pytest.raises(OddItemError):
        element_values.leaf_text(ElementTree.fromstring("<title>in <b>bold</b></title>"))


def test_names_are_in_lower_case_and_so_are_the_values_of_rel_and_type():
    element = ElementTree.fromstring('<link REL="Self" Type="Text/HTML" hrefLang="KO"/>')
    expected = {"rel": "self", "type": "text/html", "hreflang": "KO"}
    assert element_values.plain_attributes(element) == expected


@pytest.mark.parametrize(
    "attributes",
    ['xml:lang="ko"', 'LANG="ko"', 'base="/"', 'mode="base64"', 'src="u"', 'xmlns:a="u:a" a:b="1"',
     " ".join(f'a{number}="1"' for number in range(101))],
)  # fmt: skip
def test_attributes_that_change_a_meaning_are_odd(attributes):
    with pytest.raises(OddItemError):
        element_values.plain_attributes(ElementTree.fromstring(f"<title {attributes}/>"))


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"url": "a", "uri": "b", "href": "c"}, {"href": "a"}),
        ({"uri": "b", "href": "c"}, {"href": "b"}),
        ({"href": "c", "type": "t"}, {"href": "c", "type": "t"}),
        ({"url": ""}, {"url": ""}),
        ({}, {}),
    ],
)
def test_an_address_has_one_of_three_names(attributes, expected):
    assert element_values.with_href(attributes) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Rain", "Rain"), ("caf\xc3\xa9", "café"), ("café", "café"), ("\x93Rain\x94", "“Rain”"),
     ("북한군\x85", "북한군…")],
)  # fmt: skip
def test_letters_of_a_wrong_character_set_are_put_right(text, expected):
    assert element_values.repaired_text(text) == expected
