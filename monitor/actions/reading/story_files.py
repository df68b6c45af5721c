"""Stories of a file: group its articles as if they arrived in the order of their dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject
from monitor.actions.json_lines import Line, read_numbered_lines
from monitor.domain.errors import ConfigError
from monitor.runtime import topic_pack
from monitor.stories.anchors import StoryText
from monitor.stories.story_window import StoryWindow

if TYPE_CHECKING:
    from monitor.settings.sections import Settings

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOON = timedelta(hours=12)
_DAY_LENGTH = len("2026-01-01")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedLine:
    """An article of the file and its story."""

    article: StoryText
    story: str
    story_at_arrival: str

    def as_json(self) -> JsonObject:
        """The line as `stories assign --json` prints it."""
        return {
            "id": self.article.key,
            "story": self.story,
            "story_at_arrival": self.story_at_arrival,
        }


def group_file(file: Path, settings: Settings, *, together: int = 1) -> list[GroupedLine]:
    """Group the lines of a JSON Lines file in order of date; nothing is stored.

    `together` is how many articles a poll brings: the story at arrival is the one after its poll.

    Raise ConfigError naming a faulty line, PackError.
    """
    articles = _articles(file)
    pack = topic_pack.load_story_pack(settings)
    encoder = topic_pack.load_story_encoder(settings, pack)
    window = StoryWindow(pack.method, pack.rarities())
    at_arrival: dict[str, int] = {}
    current: dict[str, int] = {}
    polled: list[str] = []
    for place, article in enumerate(articles, start=1):
        if encoder is not None:
            embedding = encoder.embedding(article.title, article.text)
            article = replace(article, embedding=embedding)
        current.update(window.add(article))
        polled.append(article.key)
        if place % together == 0 or place == len(articles):
            at_arrival.update((key, current[key]) for key in polled)
            polled.clear()
    return [
        GroupedLine(
            article=article,
            story=f"s{current[article.key]}",
            story_at_arrival=f"s{at_arrival[article.key]}",
        )
        for article in articles
    ]


def _articles(file: Path) -> list[StoryText]:
    """The articles in order of date, those of one moment in order of the file.

    Articles without a date come last, as if on the day of the latest one.
    """
    dated: dict[str, StoryText] = {}
    undated: dict[str, StoryText] = {}
    for place, line in read_numbered_lines(file):
        article = _article(line, place)
        if article.key in dated or article.key in undated:
            raise ConfigError(f"{place}: id {article.key} is there already")
        (dated if line.get("date") else undated)[article.key] = article
    ordered = sorted(dated.values(), key=lambda article: article.hours)
    latest = ordered[-1].hours if ordered else 0.0
    return [*ordered, *(replace(article, hours=latest) for article in undated.values())]


def _article(line: Line, place: str) -> StoryText:
    if not isinstance(line.get("id"), str):
        raise ConfigError(f'{place}: "id" must be text')
    date = line.get("date")
    return StoryText(
        key=line["id"],
        title=line["title"],
        text=str(line.get("text") or ""),
        language=str(line.get("lang") or ""),
        source=str(line.get("source") or ""),
        hours=_hours(date, place) if date else 0.0,
        has_clock=isinstance(date, str) and len(date) > _DAY_LENGTH,
    )


def _hours(date: object, place: str) -> float:
    """Hours since 1970; a day counts as its noon, a time without a zone as UTC."""
    try:
        moment = datetime.fromisoformat(str(date))
    except ValueError:
        raise ConfigError(f"{place}: {date!r} is not a date of ISO 8601") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if isinstance(date, str) and len(date) <= _DAY_LENGTH:
        moment += _NOON
    return (moment - _EPOCH) / timedelta(hours=1)


def sizes(lines: list[GroupedLine]) -> Iterator[tuple[str, int, str]]:
    """Each story of more than one article: its id, how many, and its first headline."""
    stories: dict[str, list[GroupedLine]] = {}
    for line in lines:
        stories.setdefault(line.story, []).append(line)
    for story, members in stories.items():
        if len(members) > 1:
            yield story, len(members), members[0].article.title
