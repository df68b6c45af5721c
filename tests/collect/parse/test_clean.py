"""Whatever publishers write comes out as plain, short, inert text; links lead to the web only."""

from __future__ import annotations

import re
import time
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.parse import clean
from tests.bench import feeds

HOSTILE = st.lists(
    st.one_of(
        st.text(max_size=10),
        st.sampled_from(
            ["<", ">", "&", ";", "&lt;", "&amp;", "&#60;", "&amp;lt;", "<script>", "<b ", "</p>",
             "<img src=x onerror=alert(1)>", "<!--", "-->", "\x00", "\u202e", "\ud800", "\r\n",
             "<svg/onload=1>", "<x-y z>", "<![CDATA[", "\u2028", "&#xD800;", "&#0;", " "],
        ),
    ),
    max_size=12,
).map("".join)  # fmt: skip


class Tags(HTMLParser):
    """Counts what a careless page would show as markup."""

    count = 0

    def handle_starttag(self, tag, attrs):
        self.count += 1

    handle_endtag = handle_comment = handle_decl = handle_pi = unknown_decl = lambda self, *_: (
        setattr(self, "count", self.count + 1)
    )


def tags_in(text: str) -> int:
    reader = Tags()
    reader.feed(text)
    reader.close()
    return reader.count


LINE = "A" * 76 + "\n"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Kim &amp; Putin", "Kim & Putin"),
        ("Kim &amp;amp; Putin", "Kim & Putin"),
        ("&#1050;&#x443;рск", "Курск"),
        ("&lt;b&gt;bold&lt;/b&gt; words", "bold words"),
        ("<b>bold</b> words", "bold words"),
        ("<blink>safe</blink> words", "safe words"),
        ("<ruby>北<rp>(</rp><rt>きた</rt><rp>)</rp></ruby>の港", "北(きた)の港"),
        ("<ruby>北<rt>きた</ruby>の港", "北きたの港"),
        ("<p lang=ar><bdi>ميناء</bdi></p> in port", "ميناء in port"),
        ("I <3 Kursk, 2 < 3", "I <3 Kursk, 2 < 3"),
        ("?a=1&copy=2 &unknown; AT&T", "?a=1&copy=2 &unknown; AT&T"),
        ("  two\r\n\tlines\u2028three\x85four\u00a0five ", "two lines three four five"),
        ("so\u00adft zero\u200bwidth \ufeffmark", "soft zerowidth mark"),
        ("gnp\u202e.exe\u2066", "gnp.exe"),
        ("\x00a\x08\x7fb\ud800", "ab"),
        ("e\u0301te\u0301", "été"),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8", "한국"),
        ("<custom onclick=x>hi", "< custom onclick=x>hi"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("How <form> beats <table> in mails", "How < form> beats < table> in mails"),
        ("Why a <script> costs time", "Why a < script> costs time"),
        ("<title> is missing on page two", "< title> is missing on page two"),
        ("when a<b the pump stops", "when a< b the pump stops"),
        ("use <b>bold</b>, never a </div> alone", "use bold, never a < /div> alone"),
        ("draft <!-- to be checked", "draft < !-- to be checked"),
        ("<![CDATA[Ferry back in port]]>", "Ferry back in port"),
        ("&lt;![CDATA[Ferry back in port]]&gt;", "Ferry back in port"),
    ],
)
def test_a_headline_is_what_a_reader_would_read(written, read):
    assert clean.plain_text(written, limit=500) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<p>One</p><p>Two<br>three</p><ul><li>four", "One Two three four"),
        ("in<b>si</b>de", "inside"),
        ("a<script>alert(1)</script>b<style>c{}</style>d<!-- e -->f", "abdf"),
        ("<noscript>old</noscript><template>t</template><select><option>o</select>new", "new"),
        ("&lt;p&gt;escaped &amp;quot;twice&amp;quot;&lt;/p&gt;", 'escaped "twice"'),
        ("5 &lt; 6 &amp;&nbsp;7", "5 < 6 & 7"),
        ('<img src="a>b" alt="x">after', "after"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
        ("unfinished <a href='", "unfinished"),
        ("<p>one<p>two <script>alert(1)</script>three", "one two three"),
        ("<p>Why a <script> costs time", "Why a < script> costs time"),
        ("words <style type='text/css'>p {", "words"),
        ("words <a href='http://cut.exam", "words"),
        (f"<img src='data:image/png;base64,{'A' * 70_000}'><p>words", "words"),
        (f"<img src='data:image/png;base64,\n{LINE * 900}'><p>words", "words"),
        (f"<style>{'a{b:c}' * 12_000}</style><p>words", "words"),
        (f"<script>{'a=1;' * 20_000}</script ><p>words", "words"),
        (f"<!-- {'a' * 70_000} --><p>words", "words"),
        (f"<SVG>{'<path/>' * 10_000}</SVG><p>words", "words"),
        (f"<div data-x='{'{y}' * 25_000}'><p>words", "words"),
        (f"{' ' * 70_000}<p>words", "words"),
        ("A <![CDATA[B]]]]>", "A B"),
        ("<!--[CDATA[<p>words</p>]]-->", "words"),
    ],
)
def test_markup_becomes_the_words_in_it(written, read):
    assert clean.plain_text(written, limit=500, markup=True) == read


@given(HOSTILE, st.booleans())
def test_cleaned_text_has_no_active_markup_even_unescaped(text, markup):
    assert tags_in(clean.plain_text(text, limit=500, markup=markup)) == 0


@given(HOSTILE, st.booleans(), st.integers(2, 60))
def test_plain_text_is_one_visible_line_of_bounded_length(text, markup, limit):
    got = clean.plain_text(text, limit=limit, markup=markup)
    assert len(got) <= limit
    assert got == " ".join(got.split())
    assert not [c for c in got if unicodedata.category(c) in ("Cc", "Cs")]
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", got)


@given(HOSTILE)
def test_cleaning_twice_changes_nothing_in_text_without_entities(text):
    once = clean.plain_text(text, limit=500)
    if "&" not in once:
        assert clean.plain_text(once, limit=500) == once


def test_deeply_nested_markup_is_limited():
    nested = "<div>" * 200_000
    assert clean.plain_text(nested[: clean.MAX_MARKUP // 10] + nested[:100], limit=100) == ""


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("short", 5, "short"),
        ("several words here", 12, "several…"),
        ("several words here", 14, "several words…"),
        ("unbrokenunbroken", 8, "unbroke…"),
    ],
)
def test_a_text_that_is_too_long_is_cut_between_words_and_marked(text, limit, short):
    assert clean.shorten(text, limit) == short


def test_tags_are_plain_text_unique_and_limited_in_number():
    assert clean.clean_tags([" A ", "a&amp;b", "A", "", "<i>c</i>"]) == ("A", "a&b", "c")
    assert len(clean.clean_tags(map(str, range(1_000)))) == clean.MAX_TAGS
    assert len(clean.clean_tags(["x" * 1_000])[0]) == clean.MAX_TAG


def test_a_guid_stays_as_it_is_unless_it_is_endless():
    assert clean.clean_guid(" tag:x,2024:<1>&amp; ") == "tag:x,2024:<1>&amp;"
    assert clean.clean_guid(" \x00 ") is None
    long, longer = clean.clean_guid("a" * 2_000), clean.clean_guid("a" * 2_001)
    assert long != longer
    assert long.startswith("sha256:")


@pytest.mark.parametrize(
    ("url", "absolute"),
    [
        ("https://e.org/a?b=c#d", "https://e.org/a?b=c#d"),
        ("/a b", "https://base.org/a%20b"),
        ("c.html", "https://base.org/dir/c.html"),
        ("//e.org/x", "https://e.org/x"),
        ("www.e.org/x", "https://www.e.org/x"),
        ("Base.org/x?y", "https://Base.org/x?y"),
        ("www.page.html/", "https://www.page.html/"),
        ("wwwhat.html", "https://base.org/dir/wwwhat.html"),
        ("\n https://e.org/\tx\r\n", "https://e.org/x"),
        ("https://пример.рф/статья", "https://пример.рф/статья"),
        ("", None),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("\x01javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("mailto:a@e.org", None),
        ("https://", None),
        ("http://[bad", None),
        ("https://bank.example@evil.example/", None),
        ("https://e.org\\@evil.example/", None),
        ("https://e.org/" + "a" * 5_000, None),
        ("urn:uuid:1225c695", None),
    ],
)
def test_a_link_is_absolute_and_of_the_web_or_none(url, absolute):
    assert clean.absolute_url(url, "https://base.org/dir/feed.xml") == absolute


@pytest.mark.parametrize("url", ["N/A", "n/a ", "null", "None", "undefined", "TBD", "-", "0"])
def test_a_placeholder_is_no_link(url):
    assert clean.absolute_url(url, "https://base.org/dir/feed.xml") is None


@given(st.text())
def test_any_link_is_of_the_web_or_none(url):
    assert (clean.absolute_url(url) or "https://").startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("tag", "normal"),
    [
        ("en", "en"),
        ("EN_us", "en-US"),
        ("zh-hans-cn", "zh-Hans-CN"),
        ("sr-latn", "sr-Latn"),
        ("es-419", "es-419"),
        ("de-ch-1901", "de-CH-1901"),
        ("rus", "ru"),
        ("kr", "ko"),
        ("jp-JP", "ja-JP"),
        (" ru ", "ru"),
        ("", None),
        (None, None),
        ("und", None),
        ("English", None),
        ("en, ru", None),
        ("x-default", None),
        ("ру", None),
    ],
)
def test_a_language_is_a_known_tag_or_none(tag, normal):
    assert clean.language_tag(tag) == normal


# Simple markup has a faster way; it must come out as any other markup does.
PIECES = st.sampled_from(
    ["<p>", "</p>", "<b>", "</b>", "<br/>", "<BR>", "<li>", "</li>", "<ul>", "</ul>", "<h1>",
     "</H2>", '<a href="x?a=1&amp;b">', "</a>", "<a title='>'>", "<div class=a>", "</div>",
     "<hr / >", "</br>", "<img src='a' alt=\"b\">", "<b/>", "< b>", "<i", ">", "<p =a>", "&amp;lt;",
     "&lt;b&gt;", "&#60;", "&#x27;", "&nbsp;", "&hellip;", "&copy", "&", "&#49999;", "&#0;",
     "&foo;",
     "word", " ", "\r\n", "\x0c", "e\u0301", "북한", "]]>", "<!--", "-->", "<td>", "<script>"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=4), max_size=25).map("".join))
def test_simple_markup_comes_out_as_any_markup(markup: str):
    markup = clean._INVISIBLE.sub("", markup)
    if clean._SIMPLE_MARKUP.fullmatch(markup):
        tagless = clean._tagless_text(markup, is_html=True)
        assert clean._simple_text(markup).split() == tagless.split()


def test_most_markup_of_feeds_is_simple():
    bodies = [feeds.item(feed, serial).html for feed in range(6) for serial in range(10)]
    assert all(clean._SIMPLE_MARKUP.fullmatch(body) for body in bodies)
    for body in bodies:
        tagless = clean._tagless_text(body, is_html=True)
        assert clean._simple_text(body).split() == tagless.split()


@pytest.mark.parametrize(
    "markup",
    ["<table>a</table>", "a < b", "<p", "<p>&unknown;</p>", "<svg>x</svg>", "<!-- x -->",
     "<script>x</script>", "<p a='<'>", "&#128;", "<plaintext>x"],
)  # fmt: skip
def test_other_markup_is_not_simple(markup: str):
    assert not clean._SIMPLE_MARKUP.fullmatch(markup)


@pytest.mark.parametrize(
    "piece", ["<p ", "<p a", "<p a=", '<p a="', "&amp", " " * 3 + "<", "<p a=b "]
)
def test_long_hostile_markup_is_refused_in_linear_time(piece: str):
    def cpu(length: int) -> float:
        text, started = piece * (length // len(piece)), time.process_time()
        assert not clean._SIMPLE_MARKUP.fullmatch(text + "<")
        return time.process_time() - started

    assert cpu(60_000) < 0.2
