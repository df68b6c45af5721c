"""A feed is cut at its items, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.parse.rss_atom import item_blocks


def rss(*between: str) -> str:
    return f"<rss><channel><title>T</title>{''.join(between)}</channel></rss>"


A, B = "<item><title>A</title></item>", "<item><title>B</title></item>"
CDATA_ITEM = "<item><x><![CDATA[</item><item>]]></x></item>"
SPACED_ITEM = "<item ><x><![CDATA[ </ITEM> ]]></x><!-- </item> --></item >"
ABOUT_ITEM = '<item rdf:about="a>b"><title/></item>'


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        (rss(A, B), (A, B)),
        (rss(A, "\n\t ", B, "\n"), (A, B)),
        (rss(A, "<image/>"), (A,)),
        (rss("<items/><itemized/><item-x/>", A), (A,)),
        ("<?xml-stylesheet href='<item>'?>" + rss(A), (A,)),
        (rss("<!-- <item> -->", A), (A,)),
        (rss(CDATA_ITEM), (CDATA_ITEM,)),
        (rss(SPACED_ITEM, B), (SPACED_ITEM, B)),
        (rss(ABOUT_ITEM), (ABOUT_ITEM,)),
        ("<feed><entry>x</entry><entry>y</entry></feed>", ("<entry>x</entry>", "<entry>y</entry>")),
        ("<rdf:RDF><channel></channel>" + A + "</rdf:RDF>", (A,)),
        (rss(), ()),
        ("no markup", ()),
    ],
)
def test_items_are_cut_out_unchanged(text, blocks):
    pieces = item_blocks.split_items(text)
    assert pieces is not None
    assert pieces.blocks == blocks
    assert text.startswith(pieces.head)
    assert text.endswith(pieces.tail)


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE rss [<!ENTITY x '</item>'>]>" + rss(A),
        rss(A, "<title>between</title>", B),
        rss(A, "<!-- between -->", B),
        rss(A, "text", B),
        rss("<item><item></item></item>"),
        rss("<item>", A),
        rss("<item><title>A</title>", B),
        rss(A, "</item>"),
        rss(A, "<item>"),
        rss("<item/>", A),
        rss("<item a='b'/>"),
        rss(A, "<ITEM><title>B</title></ITEM>"),
        rss(A, "<x:item><title>B</title></x:item>"),
        rss("<Item></Item>", "<iTEM></iTEM>"),
        rss(A, "<entry><title>B</title></entry>"),
        rss("<item><channel/></item>"),
        rss("<item><rss:feed></rss:feed></item>"),
        rss("<item><![CDATA[ never closed </item>"),
        rss("<item><!-- never closed </item>"),
        rss("<item><?never closed </item>"),
        rss("<item><!ELEMENT x></item>"),
    ],
)
def test_a_doubtful_document_is_not_cut(text):
    assert item_blocks.split_items(text) is None


SCRAPS = "<item> </item> <item/> <entry> </entry> <x:item> <![CDATA[ ]]> <!-- --> <? ?> <!X> a < >"


@given(st.lists(st.sampled_from([*SCRAPS.split(), " "]), max_size=12).map("".join))
def test_the_parts_are_all_of_the_document(text):
    pieces = item_blocks.split_items(text)
    if pieces is not None:
        whole = "".join([pieces.head, *pieces.blocks, pieces.tail])
        assert "".join(whole.split()) == "".join(text.split())
