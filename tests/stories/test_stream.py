"""The figures of a file of articles: what each `--repeat` sends, holds back, and loses."""

from __future__ import annotations

from monitor.domain.stories import Repeat
from tests.stories.stream import alerts_by_repeat, lines_of

KILLED = "600 North Korean soldiers killed in Russia's Kursk region, Seoul's spy agency says"


def article(number: int, title: str, day: int = 17) -> dict[str, str]:
    return {
        "id": str(number),
        "title": title,
        "text": "",
        "source": f"outlet{number % 2}",
        "lang": "en",
        "date": f"2025-06-{day}T{number:02}:10:00+00:00",
    }


def test_of_one_event_each_choice_sends_what_it_promises_and_loses_nothing():
    outcome = alerts_by_repeat(
        [
            article(1, KILLED),
            article(2, f"North Korean troops: {KILLED}"),
            article(3, KILLED.replace("600", "800")),
            article(4, "Stock market closes higher in New York"),
            article(5, "Kim Jong Un and Putin sign a mutual defence treaty in Pyongyang", 21),
        ]
    )
    assert (outcome.articles, outcome.flagged) == (5, 4)
    every, story, facts = (
        outcome.told[choice] for choice in (Repeat.EVERY, Repeat.STORY, Repeat.FACTS)
    )
    assert every.sent == 4
    assert story.sent == outcome.stories
    assert story.sent <= facts.sent <= every.sent
    for repeat in (every, story, facts):
        assert (repeat.lost, repeat.unexplained) == (0, 0)
        assert repeat.sent + sum(repeat.held_back.values()) == 4
    assert any("events lost 0" in line for line in lines_of(outcome))
