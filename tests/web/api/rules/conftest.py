"""An API on wolves: a topic whose packs are trained in a blink."""

from __future__ import annotations

from tests.web.wolves import site_settings, topic, wolves

__all__ = ["site_settings", "topic", "wolves"]
