"""Feed lists in and out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect import opml
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Feed, PollState
from monitor.settings import resources
from monitor.settings.values import duration
from tests.documents import DATA
from tests.fakes import NOW

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpora" / "feedvalidator" / "opml"
needs_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpora of others are not beside the checkout"
)
NO_FEED = "the list has no feeds: no outline has an address (xmlUrl)"
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20
)


def document(body: str) -> bytes:
    return f'<opml version="2.0"><head/><body>{body}</body></opml>'.encode()


def read(body: str) -> tuple[opml.Outline, ...]:
    return opml.read_feed_list(document(body), name="list.opml").feeds


def test_a_list_gives_its_feeds_in_order():
    feeds = read(
        '<outline xmlUrl="https://a.example/" text="A"/><outline xmlUrl="https://b.example/"/>'
    )
    assert [(feed.url, feed.title) for feed in feeds] == [
        ("https://a.example/", "A"),
        ("https://b.example/", ""),
    ]


def test_folders_and_categories_become_tags():
    (feed,) = read(
        '<outline text="Asia"><outline text="Korea">'
        '<outline xmlUrl="https://a.example/" category="/state,tv"/></outline></outline>'
    )
    assert feed.tags == ("Asia", "Korea", "state", "tv")


def test_a_feed_listed_twice_is_one():
    assert len(read('<outline xmlUrl="https://a.example/"/>' * 2)) == 1


def test_language_and_note_come_along():
    (feed,) = read('<outline xmlUrl="https://a.example/" language="ko" description="state tv"/>')
    assert (feed.language, feed.note) == ("ko", "state tv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "not readable as OPML"),
        (b"<opml><body>", "not readable as OPML"),
        (b"<html><body/></html>", "outermost element is <html>"),
        (b'<!DOCTYPE opml [<!ENTITY a "b">]><opml><body/></opml>', "not readable as OPML"),
        (document('<outline text="x">' * 5_000 + "</outline>" * 5_000), "nested deeper"),
        (document('<outline xmlUrl="u{}"/>' * 1).replace(b"u{}", b"x" * opml.MAX_BYTES), "larger"),
    ],
)
def test_what_is_no_list_is_refused_by_name(text, message):
    with pytest.raises(ConfigError, match=r"list\.opml") as error:
        opml.read_feed_list(text, name="list.opml")
    assert message in str(error.value)


def test_a_list_longer_than_any_list_is_refused():
    body = "".join(f'<outline xmlUrl="https://{n}.example/"/>' for n in range(opml.MAX_FEEDS + 1))
    with pytest.raises(ConfigError, match="more than"):
        read(body)


@given(
    st.lists(
        st.builds(
            Feed,
            key=WORDS,
            url=WORDS.map(lambda word: f"https://e.example/{word}"),
            title=WORDS,
            language=st.sampled_from([None, "ko", "en-GB"]),
            tags=st.lists(WORDS, max_size=3, unique=True).map(tuple),
            fulltext=st.booleans(),
            paused=st.booleans(),
            every=st.sampled_from([None, timedelta(minutes=15), timedelta(days=2)]),
            note=st.one_of(st.just(""), WORDS),
            poll=st.just(PollState(due_at=NOW)),
        ),
        max_size=5,
        unique_by=lambda feed: feed.url,
    )
)
def test_what_is_written_is_read_back(feeds):
    listed = opml.read_feed_list(opml.write_feed_list(feeds, title="mine"), name="mine")
    assert set(listed.remarks) == (set() if feeds else {NO_FEED})
    assert {facts(outline) for outline in listed.feeds} == {facts(feed) for feed in feeds}


def facts(feed: Feed | opml.Outline) -> tuple[object, ...]:
    interval = duration(feed.every) if feed.every else None
    first, *further = feed.tags or ("",)
    options = feed.fulltext, feed.paused, interval
    return feed.url, feed.title, feed.language, feed.note, first, frozenset(further), *options


def test_a_feed_without_a_title_has_none_when_it_is_read_back():
    feed = Feed(key="k", url="https://a.example/", poll=PollState(due_at=NOW))
    (outline,) = opml.read_feed_list(opml.write_feed_list([feed], title="mine"), name="mine").feeds
    assert outline.title == ""


def test_what_other_readers_know_is_written_as_they_expect_it():
    tags = ("Asia", "state", "tv, radio")
    feed = Feed(
        key="k", url="https://a.example/?a&b", title="A & B", tags=tags, poll=PollState(due_at=NOW)
    )
    text = opml.write_feed_list([feed], title="mine").decode()
    assert '<opml version="2.0">' in text
    assert '<outline text="Asia">' in text
    assert '<outline text="tv, radio">' in text
    assert 'xmlUrl="https://a.example/?a&amp;b"' in text
    assert 'category="state"' in text
    assert "watchpost:" not in text


def test_what_could_act_on_a_terminal_does_not_come_along():
    (feed,) = read(
        '<outline text="\u202efolder\x9b2J"><outline xmlUrl="https://a.example/"'
        ' title="a\u200bb\x85c" description="\x9bn" category="\u2066t"/></outline>'
    )
    assert (feed.title, feed.note, feed.tags) == ("ab c", "n", ("folder2J", "t"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<opml version='2.0'><body/></opml>", NO_FEED),
        ("<opml><body/></opml>", "it names no version"),
        ("<opml version='0.5'><body/></opml>", "its version is 0.5, not 2.0"),
        (
            "<opml version='2.0'><head><outline xmlUrl='u' title='t'/></head></opml>",
            "outside the body: read nevertheless",
        ),
        (
            "<opml version='2.0'><body><outline type='rss' text='A'/></body></opml>",
            "“A” is a feed without an address (xmlUrl): left out",
        ),
        (
            "<opml version='2.0'><body><outline xmlUrl='u'/><outline xmlUrl='v'/></body></opml>",
            "2 times: without a title: its text or address is used instead",
        ),
    ],
)
def test_what_is_odd_about_a_list_is_said(text, message):
    assert message in opml.read_feed_list(text.encode(), name="list.opml").remarks


@pytest.mark.parametrize("name", ["xmlUrl", "xmlurl", "xmlURL", "XMLURL"])
def test_the_address_is_found_however_it_is_spelled(name):
    (feed,) = read(f'<outline {name}=" https://a.example/ " text="A"/>')
    assert feed.url == "https://a.example/"


def test_the_starter_feeds_are_a_list_of_public_feeds_each_with_language_and_note():
    from monitor.net import egress

    feeds = opml.read_feed_list(
        resources.path("config", "feeds.opml").read_bytes(), name="feeds.opml"
    ).feeds
    assert len(feeds) >= 25
    for feed in feeds:
        assert egress.check_url(feed.url, allow=())
        assert feed.language
        assert feed.note


OURS = DATA / "opml"
GOOD = [*OURS.glob("good-*.opml"), *CORPUS.glob("clean/*.opml")]
BAD = [*OURS.glob("bad-*.opml"), *CORPUS.glob("errors/*.opml")]


@pytest.mark.parametrize("path", sorted(GOOD), ids=lambda path: path.stem)
def test_a_good_list_is_read_without_a_remark(path):
    listed = opml.read_feed_list(path.read_bytes(), name=path.name)
    assert len(listed.feeds) == path.read_bytes().count(b"xmlUrl=")
    assert set(listed.remarks) <= {NO_FEED}


@pytest.mark.parametrize("path", sorted(BAD), ids=lambda path: path.stem)
def test_a_bad_list_is_refused_or_gets_a_remark(path):
    messages = ""
    try:
        messages = ", ".join(opml.read_feed_list(path.read_bytes(), name=path.name).remarks)
    except ConfigError as error:
        messages = str(error)
    assert messages


@needs_corpus
def test_that_is_all_of_them():
    assert len(list(CORPUS.glob("clean/*.opml"))) == 11
    assert len(list(CORPUS.glob("errors/*.opml"))) == 25


@pytest.mark.parametrize(
    ("outline", "title"),
    [
        ('<outline text="Rope & Sons" xmlUrl="https://a.example/f?x=1&y=2"/>', "Rope & Sons"),
        ("<outline text=Rope xmlUrl=https://a.example/f?x=1&amp;y=2 />", "Rope"),
        ('<outline text="R\x01ope" xmlUrl="https://a.example/f?x=1&amp;y=2"/>', "Rope"),
    ],
)
def test_a_list_that_is_not_well_formed_is_mended_with_a_remark(outline, title):
    document = f'<opml version="2.0"><body>{outline}</body></opml>'.encode()
    feeds = opml.read_feed_list(document, name="list.opml")
    assert [(feed.url, feed.title) for feed in feeds.feeds] == [
        ("https://a.example/f?x=1&y=2", title)
    ]
    assert any("not well-formed" in remark for remark in feeds.remarks)


@pytest.mark.parametrize("codec", ["euc-kr", "windows-1251", "utf-16", "utf-8-sig"])
def test_a_list_is_decoded_as_feeds_are(codec):
    name = "порт" if codec == "windows-1251" else "항구 소식"
    text = f'<opml version="2.0"><body><outline text="{name}" xmlUrl="https://a.example/f"/></body></opml>'
    declared = f'<?xml version="1.0" encoding="{codec.removesuffix("-sig")}"?>' + text
    (feed,) = opml.read_feed_list(declared.encode(codec), name="list.opml").feeds
    assert feed.title == name


def test_a_feed_in_two_folders_has_the_tags_of_both():
    feed = '<outline text="A" xmlUrl="https://a.example/f"/>'
    folders = "".join(f'<outline text="{name}">{feed}</outline>' for name in ("harbour", "korea"))
    document = f'<opml version="2.0"><body>{folders}</body></opml>'.encode()
    (outline,) = opml.read_feed_list(document, name="list.opml").feeds
    assert outline.tags == ("harbour", "korea")


def test_names_that_were_escaped_twice_are_read_as_meant():
    outline = '<outline text="Q&amp;amp;A &amp;quot;daily&amp;quot;" xmlUrl="feed://a.example/f"/>'
    document = f'<opml version="2.0"><body>{outline}</body></opml>'.encode()
    (feed,) = opml.read_feed_list(document, name="list.opml").feeds
    assert (feed.title, feed.url) == ('Q&A "daily"', "http://a.example/f")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_before_a_list_is_ignored(encoding: str) -> None:
    document = (
        '<opml version="2.0"><body><outline text="수도" xmlUrl="https://a.example/"/></body></opml>'
    )
    (feed,) = opml.read_feed_list(document.encode(encoding), name="list.opml").feeds
    assert (feed.url, feed.title) == ("https://a.example/", "수도")


@pytest.mark.parametrize(
    ("attributes", "url"),
    [
        ('type="rss" url="https://e.org/f"', "https://e.org/f"),
        ('type="atom" href="https://e.org/f"', "https://e.org/f"),
        ('xmlUrl="https://e.org/f?a=1&amp;amp;b=2"', "https://e.org/f?a=1&b=2"),
        ('type="link" url="https://e.org/page"', None),
        ('type="include" url="https://e.org/list.opml"', None),
    ],
)
def test_the_address_is_found_where_other_programs_put_it(attributes, url):
    text = f'<opml version="2.0"><body><outline text="x" {attributes}/></body></opml>'
    feeds = opml.read_feed_list(text.encode(), name="a.opml").feeds
    assert [feed.url for feed in feeds] == ([url] if url else [])


@pytest.mark.parametrize(
    ("outline", "title"),
    [
        ('<outline text="A "quoted" B" xmlUrl="https://e.org/f"/>', 'A "quoted" B'),
        ('<outline text="a < b" xmlUrl="https://e.org/f"/>', "a < b"),
        ('<outline text="x" text="y" xmlUrl="https://e.org/f"/>', "x"),
        ('<outline text="x" own:y="z" xmlUrl="https://e.org/f"/>', "x"),
        ('<outline text="x" xmlUrl="https://e.org/f">', "x"),
        ('<outline text="x" xmlUrl="https://e.org/f"/><outline text="cut', "x"),
    ],
)
def test_a_broken_outline_does_not_cost_the_list(outline, title):
    text = f'<opml version="2.0"><body>{outline}</body></opml>'
    listed = opml.read_feed_list(text.encode(), name="a.opml")
    assert [(feed.url, feed.title) for feed in listed.feeds] == [("https://e.org/f", title)]
    assert any("not well-formed, and mended" in remark for remark in listed.remarks)


def test_names_of_elements_are_read_in_any_case_and_namespace():
    outline = '<outline text="x" xmlUrl="https://e.org/f"/>'
    for text in (
        f'<OPML version="2.0"><BODY>{outline.replace("outline", "OUTLINE")}</BODY></OPML>',
        f'<opml version="2.0" xmlns="http://opml.org/spec2"><body>{outline}</body></opml>',
    ):
        assert len(opml.read_feed_list(text.encode(), name="a.opml").feeds) == 1
