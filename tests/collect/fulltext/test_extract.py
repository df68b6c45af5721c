"""A page's article is found, whatever is around it, as inert plain text in the right letters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.fulltext import extract
from monitor.domain.errors import ParseError
from monitor.domain.reasons import FeedReason
from tests.documents import strings
from tests.page import Page

PAYLOADS = Path(__file__).parents[3].parent / "shared" / "corpora" / "dompurify" / "payloads.json"
PIECES = [b"<div>", b"</p>", b"<table>", b"<!--", b"&#0;", b"<svg>", b"\x00", b"\xff\xfe", b"<"]
PLACES = ["Kursk", "Vladivostok", "Rason", "Khasan", "Vostochny", "Alabuga", "Donetsk", "Nampo"]
PARAGRAPHS = [
    f"Sappers who had trained near {place} left on Monday, officials said, and {number} more"
    f" trains are being made ready for the work that both ministries agreed on in the spring."
    for number, place in enumerate(PLACES, 2)
]


def web_page(*paragraphs: str, head: str = "", extra: str = "") -> str:
    """A page with an article, and all that stands around one."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!doctype html><html><head>{head}<title>T - The Example Post</title></head><body>"
        f"<nav><a href='/'>Home</a> <a href='/subscribe'>Subscribe now</a></nav>"
        f"<article><h1>Sappers leave for Kursk</h1>{text}{extra}</article>"
        f"<footer>Copyright The Example Post</footer></body></html>"
    )


def text_of(html: str | bytes, content_type: str = "text/html") -> str:
    body = html.encode() if isinstance(html, str) else html
    parsed = extract.extract_text(
        body, content_type=content_type, url="https://e.org/1", max_entries=1
    )
    (entry,) = parsed.entries
    return entry.text


def test_the_article_is_taken_and_what_stands_around_it_is_not():
    assert text_of(web_page(*PARAGRAPHS)) == " ".join(PARAGRAPHS)


@pytest.mark.parametrize(
    ("content_type", "head", "charset"),
    [
        ("text/html", "", "utf-8"),
        ("text/html; charset=iso-8859-1", "", "utf-8"),
        ("text/html", "<meta charset=windows-1251>", "cp1251"),
        ("text/html; charset=utf-8", "<meta charset='windows-1251'>", "cp1251"),
        (
            "text/html",
            '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">',
            "koi8-r",
        ),
    ],
)
def test_the_letters_are_right_whatever_the_header_claims(content_type, head, charset):
    paragraphs = [
        f"Сапёры покинули район учений {number} июня, сообщили в министерстве обороны, и готовят"
        f" новые поезда для работ, о которых стороны договорились весной."
        for number in range(5, 12)
    ]
    html = web_page(*paragraphs, head=head).encode(charset)
    assert text_of(html, content_type) == " ".join(paragraphs)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<p>&lt;script&gt;alert(1)&lt;/script&gt; said the minister of them all in the end.</p>",
        "<p>&amp;lt;img src=x onerror=alert(1)&amp;gt; said the minister of them in the end.</p>",
        "<p onclick='alert(1)'>The minister <a href='javascript:alert(1)'>said so</a> himself.</p>",
        "<svg><script>alert(1)</script></svg><iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<p>The minister \u202esaid\u202c so\x00 him\u200bself, and the ministry\x1b[2J knew.</p>",
    ],
)
def test_what_is_active_in_a_page_is_inert_in_the_text(hostile):
    text = text_of(web_page(*PARAGRAPHS, extra=hostile))
    assert text.startswith(PARAGRAPHS[0])
    assert "alert(1)" not in text or "< script" in text or "< img" in text
    assert not {"<script", "<img", "javascript:"} & {text[at : at + 7] for at in range(len(text))}
    assert all(sign.isprintable() for sign in text)


@pytest.mark.parametrize("depth", [300, 50_000])
def test_a_page_nested_deeper_than_any_is_read_as_far_as_it_goes_or_given_up(depth):
    html = web_page(*PARAGRAPHS, extra="<div>" * depth + "deep" + "</div>" * depth)
    assert text_of(html).startswith(PARAGRAPHS[0])


@pytest.mark.parametrize(
    "html",
    ["", "   ", "no markup at all", "<html><body></body></html>", "\x00\x01\x02", "<" * 10_000],
)
def test_a_page_without_an_article_is_named(html):
    with pytest.raises(ParseError) as raised:
        text_of(html or " ")
    assert raised.value.reason is FeedReason.NO_TEXT


KOREAN = [
    f"북한이 러시아 쿠르스크 지역의 지뢰를 제거하기 위해 공병 {number}천 명과 군사 건설"
    " 인력 5천 명을 보내기로 했다고 러시아 안보회의 서기가 평양에서 밝혔다."
    for number in range(1, 4)
]


@pytest.mark.parametrize(
    ("before", "between", "after"),
    [
        ("<article><p>", "</p><p>", "</p></article>"),
        ("<div class='article-body' id='articleBody'>", "<br><br>", "</div>"),
        ("<div class='content'><div>", "</div><div>", "</div></div>"),
        ("<div id='content'><p>\u3000\u3000", "</p><p>\u3000\u3000", "</p></div>"),
        ("<table><tr><td class='news'>", "<br>", "</td></tr></table>"),
        ("<p>", "</p><p>", "</p>"),
        ("<div class='story'><span>", "</span><br><span>", "</span></div>"),
    ],
    ids=["article", "breaks", "blocks", "indented", "table", "bare", "spans"],
)
def test_the_whole_text_is_found_in_any_layout_and_no_other_headline(before, between, after):
    headlines = "".join(f"<li><a href='/{n}'>Another headline, no. {n}</a></li>" for n in range(30))
    html = (
        f"<html><head><title>T</title></head><body><div><ul>{headlines}</ul></div>"
        f"{before}{between.join(KOREAN)}{after}<div class='related'><ul>{headlines}</ul>"
        "</div></body>"
    )
    text = text_of(html)
    assert all(paragraph in text for paragraph in KOREAN)
    assert "Another headline" not in text


@pytest.mark.parametrize("payload", strings("markup_payloads.json"))
def test_active_markup_in_an_article_becomes_inert_text(payload):
    check_inert(payload)


@pytest.mark.skipif(not PAYLOADS.is_file(), reason="the corpora are not beside the checkout")
def test_the_dompurify_payloads_become_inert_text():
    payloads = json.loads(PAYLOADS.read_text(encoding="utf-8"))
    assert len(payloads) == 223
    for payload in payloads:
        check_inert(payload["payload"])


def check_inert(payload: str) -> None:
    html = web_page(*PARAGRAPHS[:3], payload, *PARAGRAPHS[3:])
    text = text_of(html.encode("utf-8", "replace"))
    assert PARAGRAPHS[0] in text
    assert not Page(text).elements


@given(st.data())
def test_whatever_comes_is_a_text_or_the_reason_why_there_is_none(data):
    html = bytearray(web_page(*PARAGRAPHS, extra="<table><tr><td>x</table><!-- - -->").encode())
    for _ in range(data.draw(st.integers(1, 10))):
        at = data.draw(st.integers(0, len(html)))
        cut = data.draw(st.integers(0, 300))
        html[at : at + cut] = data.draw(st.sampled_from(PIECES)) * data.draw(st.integers(0, 20))
    try:
        text = text_of(bytes(html), data.draw(st.sampled_from(["", "text/html; charset=utf-16"])))
    except ParseError as error:
        text = error.detail
    assert text
    assert all(sign.isprintable() for sign in text)
