"""Speakers: what the claimant patterns of every language return."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Speaker:
    """Someone to whom a sentence attributes what it says."""

    position: int  # in the sentence
    name: str


@dataclass(frozen=True, slots=True)
class SpeakerGrammar:
    """The attribution patterns of one language."""

    of_headline: Callable[[str], str | None]  # "… — NIS", "NIS: …", "NIS says …"
    of_sentence: Callable[[str], list[Speaker]]
    pronoun: re.Pattern[str]  # a pronoun that speaks: "he said"
    named_before: bool = False  # the subject precedes the figure, as in Korean


def nearest_speaker(speakers: list[Speaker], position: int, *, before_first: bool) -> str | None:
    """The name nearest to the figure's position; with `before_first` those before it first."""

    def rank(speaker: Speaker) -> tuple[bool, int]:
        behind = before_first and speaker.position > position
        return behind, abs(speaker.position - position)

    return min(speakers, key=rank).name if speakers else None
