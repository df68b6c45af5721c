"""Import and export of feed lists, on a real store."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.actions.collecting import feed_lists
from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from tests.store.builders import NOW

URL = "https://wire.example/feed.xml"


@pytest.fixture
def store(sqlite_url: str):
    with Store.open(sqlite_url) as opened:
        yield opened


def opml(*outlines: str) -> str:
    return f"<opml version='2.0'><body>{''.join(outlines)}</body></opml>"


def test_feeds_that_may_not_be_polled_are_refused_by_name_and_the_rest_is_added(
    store: Store, tmp_path: Path
):
    file = tmp_path / "mine.opml"
    too_long = f"https://wire.example/{'x' * 2_100}"
    outlines = [f"<outline xmlUrl='{url}'/>" for url in (URL, "http://127.0.0.1/", too_long)]
    file.write_text(opml(*outlines))
    imported = feed_lists.import_feeds(store, file, (), NOW)
    assert imported.added == 1
    assert [line[:20] for line in imported.refused] == ["http://127.0.0.1/: e", too_long[:20]]
    assert [feed.url for feed in store.feeds.list()] == [URL]


def test_a_feed_that_is_stored_already_is_not_counted(store: Store, tmp_path: Path):
    file = tmp_path / "mine.opml"
    file.write_text(opml(f"<outline xmlUrl='{URL}' title='Wire'/>"))
    counts = [feed_lists.import_feeds(store, file, (), NOW).added for _ in range(2)]
    assert counts == [1, 0]


def test_an_exported_list_has_every_feed(store: Store, tmp_path: Path):
    file = tmp_path / "mine.opml"
    file.write_text(opml(f"<outline xmlUrl='{URL}' title='Wire'/>"))
    feed_lists.import_feeds(store, file, (), NOW)
    assert f'xmlUrl="{URL}"'.encode() in feed_lists.export_feeds(store)


@pytest.mark.parametrize(
    ("content", "message"), [(None, "can't be read"), ("[email]", "not readable as OPML")]
)
def test_a_file_that_is_no_list_is_refused(store: Store, tmp_path: Path, content, message):
    file = tmp_path / "mine.opml"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigError, match=message):
        feed_lists.import_feeds(store, file, (), NOW)


def test_a_file_without_end_is_refused(store: Store):
    with pytest.raises(ConfigError, match="larger than"):
        feed_lists.import_feeds(store, Path("/dev/zero"), (), NOW)


def test_the_shipped_list_can_be_imported_whole(store: Store):
    imported = feed_lists.import_feeds(store, feed_lists.starter_list(), (), NOW)
    assert imported.added >= 25
    assert imported.refused == ()


def test_a_list_is_rehearsed_without_storing_anything(store: Store):
    document = opml(f"<outline xmlUrl='{URL}'/>", f"<outline xmlUrl='{URL}'/>").encode()
    rehearsed = feed_lists.import_feed_list(store, document, (), NOW, dry_run=True)
    assert rehearsed.added == 1
    assert store.feeds.list() == []
    assert feed_lists.import_feed_list(store, document, (), NOW).added == 1
    assert feed_lists.import_feed_list(store, document, (), NOW, dry_run=True).added == 0


def test_a_document_that_is_no_list_is_named_as_the_caller_says(store: Store):
    with pytest.raises(ConfigError, match=r"desk\.opml"):
        feed_lists.import_feed_list(store, b"no list", (), NOW, name="desk.opml")
