"""A row is named by its key, by a beginning of it, or by another column."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from monitor.domain.errors import ConfigError
from monitor.domain.keys import SHORTEST_BEGINNING
from monitor.store.database.key_prefix import find_row
from monitor.store.schema.tables import feeds
from monitor.store.store import Store
from tests.store.builders import a_feed

KEYS = ("abcdef11", "abcdef22", "abcdeg", "zzzzzz~")


@pytest.fixture
def find(store: Store):
    """The key of the feed that a name finds; None where there is none."""
    store.feeds.add_all([a_feed(key, key=key) for key in KEYS])

    def key(name: str, *, address: str = "") -> str | None:
        def found(connection: Connection) -> str | None:
            row = find_row(connection, feeds, name, feeds.c.url == address)
            return None if row is None else str(row.key)

        return store._database.read(found)

    return key


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("abcdef11", "abcdef11"),
        ("abcdef1", "abcdef11"),
        ("abcdeg", "abcdeg"),
        ("zzzzzz", "zzzzzz~"),
        ("zzzz", "zzzzzz~"),
        ("zzz", None),
        ("abcdeh", None),
        ("абвгде", None),
        ("abc\x00ef", None),
        ("", None),
    ],
)
def test_a_key_is_found_by_a_unique_beginning_of_four_digits(find, name, expected):
    assert find(name) == expected


def test_a_beginning_of_several_keys_is_refused_with_two_of_them(find):
    with pytest.raises(ConfigError) as refused:
        find("abcdef")
    assert str(refused.value) == (
        "'abcdef' is the beginning of several feeds, such as abcdef11 and abcdef22: give more of"
        " the key"
    )


def test_a_whole_key_is_found_though_others_begin_so(store: Store, find):
    store.feeds.add(a_feed("short", key="abcdef"))
    assert find("abcdef") == "abcdef"


def test_another_column_is_found_whole_and_before_any_beginning(find):
    assert find("abcdef", address=a_feed("abcdeg").url) == "abcdeg"
    assert len("abcdef") > SHORTEST_BEGINNING
