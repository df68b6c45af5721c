"""A page's article is found, whatever is around it, as inert plain text in the right letters."""

from __future__ import annotations

import pytest

from monitor.collect import page
from monitor.errors import ParseError
from monitor.reasons import FeedReason

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
    parsed = page.read(body, content_type=content_type, url="https://e.org/1", max_entries=1)
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
    said = [
        f"Сапёры покинули район учений {number} июня, сообщили в министерстве обороны, и готовят"
        f" новые поезда для работ, о которых стороны договорились весной."
        for number in range(5, 12)
    ]
    html = web_page(*said, head=head).encode(charset)
    assert text_of(html, content_type) == " ".join(said)


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
