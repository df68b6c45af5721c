"""Feed lists in and out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import shipped
from monitor.collect import opml
from monitor.domain import Feed, PollState
from monitor.errors import ConfigError
from tests.fakes import NOW

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpora" / "feedvalidator"
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20
)


def document(body: str) -> bytes:
    return f'<opml version="2.0"><head/><body>{body}</body></opml>'.encode()


def read(body: str) -> list[opml.Outline]:
    return opml.read(document(body), name="list.opml")


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
    ("text", "says"),
    [
        (b"", "not readable as OPML"),
        (b"<opml><body>", "not readable as OPML"),
        (b"<html><body/></html>", "outermost element is <html>"),
        (b'<?xml version="1.0" encoding="nonsense"?><opml/>', "not readable as OPML"),
        (b'<!DOCTYPE opml [<!ENTITY a "b">]><opml><body/></opml>', "not readable as OPML"),
        (document('<outline text="x">' * 5_000 + "</outline>" * 5_000), "nested deeper"),
        (document('<outline xmlUrl="u{}"/>' * 1).replace(b"u{}", b"x" * opml.MAX_BYTES), "larger"),
    ],
)
def test_what_is_no_list_is_refused_by_name(text, says):
    with pytest.raises(ConfigError, match=r"list\.opml") as error:
        opml.read(text, name="list.opml")
    assert says in str(error.value)


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
            tags=st.lists(
                WORDS.map(lambda w: w.replace(",", "").strip("/") or "t"), max_size=3, unique=True
            ).map(tuple),
            fulltext=st.booleans(),
            note=st.one_of(st.just(""), WORDS),
            poll=st.just(PollState(due_at=NOW)),
        ),
        max_size=5,
        unique_by=lambda feed: feed.url,
    )
)
def test_what_is_written_is_read_back(feeds):
    outlines = opml.read(opml.write(feeds, title="mine"), name="mine")
    wanted = {(f.url, f.title, f.language, f.note, f.tags, f.fulltext) for f in feeds}
    assert {(o.url, o.title, o.language, o.note, o.tags, o.fulltext) for o in outlines} == wanted


def test_the_starter_feeds_are_a_list_of_public_feeds_each_with_language_and_note():
    from monitor import egress

    feeds = opml.read(shipped.path("config", "feeds.opml").read_bytes(), name="feeds.opml")
    assert len(feeds) >= 25
    for feed in feeds:
        assert egress.check_url(feed.url, allow=())
        assert feed.language
        assert feed.note


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpora of others are not beside the checkout")
def test_other_peoples_lists_are_read_or_refused_and_nothing_else():
    lists = [*CORPUS.rglob("*.opml"), *CORPUS.rglob("opml/**/*.xml")]
    assert lists
    read_, refused = 0, 0
    for path in lists:
        try:
            opml.read(path.read_bytes(), name=path.name)
            read_ += 1
        except ConfigError:
            refused += 1
    assert read_ >= 11
    assert read_ + refused == len(lists)
