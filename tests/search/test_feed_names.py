"""Names of feeds in questions."""

from __future__ import annotations

import pytest

from monitor.search.feed_names import NamedFeed, feed_keys, references
from monitor.search.grammar import parse
from tests.store.builders import NOW

FEEDS = (
    NamedFeed("0a1b2c3d", "Harbour Wire", ("asia",)),
    NamedFeed("0a1b2cff", "북녘 소식", ()),
    NamedFeed("ffffffff", "Other", ("Wire",)),
)


@pytest.mark.parametrize(
    ("reference", "keys"),
    [
        ("wire", ("0a1b2c3d", "ffffffff")),
        ("ASIA", ("0a1b2c3d",)),
        ("소식", ("0a1b2cff",)),
        ("0a1b2c", ("0a1b2c3d", "0a1b2cff")),
        ("0a1b", ("0a1b2c3d", "0a1b2cff")),
        ("0a1", ()),
        ("0a1b2cff", ("0a1b2cff",)),
    ],
)
def test_a_feed_is_named_by_title_tag_or_key(reference: str, keys: tuple[str, ...]):
    tree = parse(f"a OR -feed:{reference}", NOW).tree
    assert references(tree) == {reference}
    (named,) = feed_keys(tree, FEEDS).values()
    assert set(named) == {reference, *keys}


def test_a_question_without_feeds_names_none():
    assert references(None) == set()
    assert feed_keys(parse("kursk", NOW).tree, FEEDS) == {}
