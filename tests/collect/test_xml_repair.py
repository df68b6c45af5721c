"""Repair of XML: what a parser refused, and nothing else."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.xml_repair import (
    NOT_XML,
    escape_ampersands,
    escape_in_outlines,
    quote_attributes,
    repair_xml,
)


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("a & b", "a &amp; b"),
        ("?id=1&lang=ko", "?id=1&amp;lang=ko"),
        ("&amp; &lt; &gt; &quot; &apos;", "&amp; &lt; &gt; &quot; &apos;"),
        ("&#38; &#x26;", "&#38; &#x26;"),
        ("&nbsp;&eacute;", "&#160;&#233;"),
        ("&unknown;", "&amp;unknown;"),
        ("&#12345678;", "&amp;#12345678;"),
        ("<![CDATA[a & b]]> & <![CDATA[\n&]]>", "<![CDATA[a & b]]> &amp; <![CDATA[\n&]]>"),
        ("<!ENTITY own 'x'> &own; & b", "<!ENTITY own 'x'> &own; & b"),
    ],
)
def test_an_ampersand_that_begins_no_reference_is_escaped(text, repaired):
    assert escape_ampersands(text) == repaired


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("<outline text=News>", '<outline text="News">'),
        ("<outline text=News type=rss/>", '<outline text="News" type="rss"/>'),
        ("<a x='1 y=2' z=3>", "<a x='1 y=2' z=\"3\">"),
        ('<a href="http://e.example/?a=b">', '<a href="http://e.example/?a=b">'),
        ("a=b <c> d=e", "a=b <c> d=e"),
    ],
)
def test_an_attribute_without_quotation_marks_gets_them(text, repaired):
    assert quote_attributes(text) == repaired


def test_a_feed_list_with_all_faults_is_xml_afterwards():
    element = "<outline text=A&B\x0b title='x\x00y' xmlUrl=http://e.example/?a=1&b=2 />"
    (outline,) = ElementTree.fromstring(repair_xml(f"\ufeff\n<opml>{element}</opml>"))
    assert outline.attrib == {"text": "A&B", "title": "xy", "xmlUrl": "http://e.example/?a=1&b=2"}


@given(st.text(alphabet="&#x19;amplt<![CDATA]>é \x00"))
def test_repairing_twice_changes_nothing_more(text):
    once = escape_ampersands(NOT_XML.sub("", text))
    assert escape_ampersands(once) == once


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ('<outline text="A "b" c" x="y"/>', '<outline text="A &quot;b&quot; c" x="y"/>'),
        ('<outline text="a < b"/>', '<outline text="a &lt; b"/>'),
        ('<outline text="a" x="b"/>', '<outline text="a" x="b"/>'),
        ('<outline text=""/>', '<outline text=""/>'),
        ("<outline text='a' x='b'>", "<outline text='a' x='b'>"),
    ],
)
def test_marks_within_the_values_of_an_outline_are_escaped(text, repaired):
    assert escape_in_outlines(text) == repaired
