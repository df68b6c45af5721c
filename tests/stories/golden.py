"""Golden events as stories: `python -m tests.stories.golden` prints how many are one story each.

The wordings of each event of the shipped topic come three hours apart, from outlets of their own,
the events in order of their dates.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

from monitor.actions.reading.story_files import group_file
from monitor.runtime import topic_pack
from monitor.settings import loader

APART = timedelta(hours=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenStories:
    """How the events were grouped."""

    events: int
    wordings: int
    groups: int
    whole: int  # events whose wordings are all one story
    joined: int  # pairs of wordings in one story
    rightly: int  # of those, pairs of one event
    split: tuple[tuple[str, int], ...]  # events in several stories, and in how many


def golden_stories() -> GoldenStories:
    """Group the wordings of all golden events."""
    settings = loader.load(environment={})
    file = topic_pack.golden_file(settings)
    events = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    lines = [line for event in events for line in _lines(event)]
    with tempfile.TemporaryDirectory(prefix="watchpost-golden-") as folder:
        path = Path(folder) / "golden.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        stories = {line.article.key: line.story for line in group_file(path, settings)}
    by_event: dict[str, set[str]] = defaultdict(set)
    by_story: dict[str, list[str]] = defaultdict(list)
    for key, story in stories.items():
        event = key.rpartition("#")[0]
        by_event[event].add(story)
        by_story[story].append(event)
    pairs = Counter(
        first == second
        for members in by_story.values()
        for first, second in combinations(members, 2)
    )
    return GoldenStories(
        events=len(by_event),
        wordings=len(stories),
        groups=len(by_story),
        whole=sum(len(groups) == 1 for groups in by_event.values()),
        joined=pairs.total(),
        rightly=pairs[True],
        split=tuple(
            sorted(
                ((event, len(groups)) for event, groups in by_event.items() if len(groups) > 1),
                key=lambda item: (-item[1], item[0]),
            )
        ),
    )


def _lines(event: dict[str, object]) -> list[dict[str, object]]:
    start = datetime.fromisoformat(str(event["date"])).replace(tzinfo=UTC)
    wordings = event["wordings"]
    if not isinstance(wordings, list):
        raise TypeError(f"{event['id']}: wordings must be a list")
    return [
        {
            "id": f"{event['id']}#{number}",
            "title": wording["title"],
            "text": wording.get("text", ""),
            "lang": wording["lang"],
            "source": f"outlet-{number}",
            "date": (start + number * APART).isoformat(),
        }
        for number, wording in enumerate(wordings)
    ]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    stories = golden_stories()
    say(f"events {stories.events}  wordings {stories.wordings}  groups {stories.groups}")
    say(f"events that are one story each: {stories.whole} of {stories.events}")
    say(f"pairs in one story {stories.joined}, of one event {stories.rightly}")
    for event, groups in stories.split:
        say(f"  {groups} stories: {event}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
