"""What is remembered comes back as it was, or not at all."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.parse import item_cache
from monitor.collect.parse.item_cache import ItemCache
from monitor.domain.feeds import Entry

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.dictionaries(
    TEXT.map(item_cache.fingerprint),
    st.builds(
        Entry,
        title=TEXT,
        url=st.none() | TEXT,
        guid=st.none() | TEXT,
        published_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    ),
    max_size=5,
)


@given(TEXT, NAMES)
def test_a_stored_cache_is_read_back_unchanged(state, names):
    packed = item_cache.pack_cache(ItemCache(state, names))
    assert packed is not None
    assert item_cache.unpack_cache(packed) == ItemCache(state, names)


@given(st.binary() | st.sampled_from([b"null", b"[]", b"[1,2]", b'["s",{"p":[1]}]', b'["",[]]']))
def test_other_bytes_are_no_cache(octets):
    for packed in (octets, zlib.compress(octets)):
        assert not item_cache.unpack_cache(packed).names


def test_a_cache_over_the_limit_is_not_stored():
    names = {str(n): Entry(title=item_cache.fingerprint(str(n)) * 10) for n in range(10_000)}
    assert item_cache.pack_cache(ItemCache("", names)) is None
    assert item_cache.unpack_cache(zlib.compress(b" " * 10**8)) == ItemCache()


def test_only_what_tells_entries_apart_is_kept():
    entry = Entry(title="T", text="much", url="u", guid="g", author="A", tags=("t",))
    assert item_cache.identifying_fields(entry) == Entry(title="T", url="u", guid="g")
    assert item_cache.is_identifiable(entry)
    assert not item_cache.is_identifiable(Entry(title="T", text="much"))


def test_another_text_or_context_has_another_fingerprint():
    assert item_cache.fingerprint("<item>a</item>") != item_cache.fingerprint("<item>b</item>")
    assert (
        len({item_cache.state_digest(*pair) for pair in (("s", "u"), ("s", "v"), ("t", "u"))}) == 3
    )


def test_a_cache_that_an_earlier_version_stored_is_read():
    text = '["state",{"aa":["g",null,"T","2025-06-17T12:00:00+00:00"],"bb":[null,"u","",null]}]'
    assert item_cache.unpack_cache(zlib.compress(text.encode())) == ItemCache(
        "state",
        {
            "aa": Entry(title="T", guid="g", published_at=datetime(2025, 6, 17, 12, tzinfo=UTC)),
            "bb": Entry(title="", url="u"),
        },
    )
