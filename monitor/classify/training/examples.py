"""Labelled examples: loads and checks the JSON lines of a pack's `examples/*.jsonl`."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.domain.errors import ConfigError

POSITIVE, NEAR_MISS, BACKGROUND = LABELS = ("positive", "hard_negative", "background")
_KEYS = {"title", "text", "lang", "label", "themes", "kind"}
_MAX_FAULTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A headline and the opening of its text, with a label."""

    title: str
    text: str
    language: str
    label: str
    themes: tuple[str, ...]  # only of a positive example
    kind: str  # only of a near miss: why it is one
    place: str  # file and line, as in "en-01.jsonl:17"
    weight: float = 1.0  # in training

    @property
    def relevant(self) -> bool:
        return self.label == POSITIVE


def load_examples(folder: Path, *, themes: Collection[str]) -> list[Example]:
    """Load the examples of all files, in the order of file names and lines.

    Raise ConfigError listing up to `_MAX_FAULTS` faulty lines, each with file, line and fault.
    """
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise ConfigError(f"{folder}: no example files (*.jsonl) here")
    examples: list[Example] = []
    faults: list[str] = []
    for file in files:
        try:
            lines = file.read_text(encoding="utf-8-sig").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{file}: can't be read: {error}") from error
        for number, line in enumerate(lines, 1):
            if line.strip():
                place = f"{file.name}:{number}"
                try:
                    examples.append(_example(line, place, themes))
                except ValueError as error:
                    faults.append(f"{file.parent / place}: {error}")
    if faults:
        rest = len(faults) - _MAX_FAULTS
        suffix = f"\n…and {rest} more" if rest > 0 else ""
        raise ConfigError("\n".join(faults[:_MAX_FAULTS]) + suffix)
    return examples


def _example(line: str, place: str, themes: Collection[str]) -> Example:
    """Parse one line.  Raise ValueError naming the fault."""
    try:
        table = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from None
    if not isinstance(table, dict) or set(table) - {"weight"} != _KEYS:
        raise ValueError(f"expected an object with exactly these keys: {', '.join(sorted(_KEYS))}")
    _check_types(table)
    example = Example(
        title=table["title"],
        text=table["text"],
        language=table["lang"],
        label=table["label"],
        themes=tuple(table["themes"]),
        kind=table["kind"],
        place=place,
        weight=float(table.get("weight", 1.0)),
    )
    _check(example, themes)
    return example


def _check_types(table: Mapping[str, object]) -> None:
    for key in sorted(_KEYS - {"themes"}):
        if not isinstance(table[key], str):
            raise ValueError(f"{key} must be text")
    listed = table["themes"]
    if not isinstance(listed, list) or not all(isinstance(slug, str) for slug in listed):
        raise ValueError("themes must be a list of slugs")
    weight = table.get("weight", 1.0)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight <= 10:
        raise ValueError("weight must be a number above 0, at most 10")


def _check(example: Example, themes: Collection[str]) -> None:
    if not example.title.strip():
        raise ValueError("the title is empty")
    if len(example.language) != 2 or not example.language.isalpha():
        raise ValueError(f'lang {example.language!r}: expected two letters, like "en"')
    if example.label not in LABELS:
        raise ValueError(f"label {example.label!r}: allowed are {', '.join(LABELS)}")
    unknown = [slug for slug in example.themes if slug not in themes]
    if unknown:
        raise ValueError(f"no such theme: {', '.join(unknown)}; there are {', '.join(themes)}")
    if example.relevant != bool(example.themes) and themes:
        raise ValueError("positive examples, and no others, must name their themes")
    if (example.label == NEAR_MISS) != bool(example.kind):
        raise ValueError("near misses (hard_negative), and no others, must name their kind")
