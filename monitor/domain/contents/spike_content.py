"""The content of a spike alarm, with its stored JSON: its keys are a part of a webhook's `data`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.domain.json_fields import JsonObject, instant, integer, number, text
from monitor.domain.messages import Content, MessageType


@dataclass(frozen=True, slots=True, kw_only=True)
class SpikeBegan(Content):
    """A theme or a story is reported far more than usual."""

    type = MessageType.SPIKE
    subject: str = ""  # "theme" or "story"
    name: str = ""  # a theme's slug, or a story's key
    title: str = ""
    at: datetime | None = None  # the end of the window
    hours: int = 0  # of the window
    volume: int = 0  # articles in the window
    usual_low: float = 0.0
    usual_median: float = 0.0
    usual_high: float = 0.0
    windows: int = 0  # comparable windows that the band was computed from

    @classmethod
    def from_json(cls, json: JsonObject) -> SpikeBegan:
        return cls(
            subject=text(json, "subject"),
            name=text(json, "name"),
            title=text(json, "title"),
            at=instant(json, "at"),
            hours=integer(json, "hours"),
            volume=integer(json, "volume"),
            usual_low=number(json, "usual_low"),
            usual_median=number(json, "usual_median"),
            usual_high=number(json, "usual_high"),
            windows=integer(json, "windows"),
        )
