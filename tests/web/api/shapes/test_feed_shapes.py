"""Tests of the documented shape of a feed against what the action gives."""

from __future__ import annotations

from pydantic import TypeAdapter

from monitor.actions.collecting.feeds import ListedFeed
from monitor.web.api.shapes.feed_shapes import FeedShape
from tests.fakes import feed


def test_a_feed_has_the_documented_fields_and_no_others() -> None:
    shown = ListedFeed(feed=feed()).as_json()
    TypeAdapter(FeedShape).validate_python(shown)
    assert shown.keys() == FeedShape.__annotations__.keys()
