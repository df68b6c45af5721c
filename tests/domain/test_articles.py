"""Articles: the entry as the feed has it."""

from __future__ import annotations

from tests.fakes import article, entry


def test_the_feeds_entry_has_the_feeds_own_text():
    from_page = article(entry=entry(text="own and more"), own_text="own")
    assert from_page.feed_entry == entry(text="own")
    assert article(entry=entry(text="own")).feed_entry == entry(text="own")
