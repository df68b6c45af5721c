"""Pack metadata: name, title, topic classes and themes of a topic pack, from `pack.toml`.

Separate from the weights, so that callers that need only names do not import numpy.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from monitor.classify.features.describe import TopicClasses
from monitor.domain.errors import PackError

MANIFEST = "weights/manifest.json"
MAX_TEXT_BYTES = 2**20  # of `pack.toml` and of the manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One theme of a topic."""

    slug: str
    title: str
    description: str
    threshold: float = 0.5  # probability from which a relevant article counts for it
    stated_threshold: float | None = None  # in pack.toml; training takes it instead of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class PackMetadata:
    """The description of a pack, without its weights."""

    name: str
    title: str
    topic: TopicClasses
    themes: Mapping[str, Theme]

    @property
    def theme_titles(self) -> dict[str, str]:
        return {slug: theme.title for slug, theme in self.themes.items()}


def read_metadata(folder: Path) -> PackMetadata:
    """Read `pack.toml`.  Raise PackError."""
    file = folder / "pack.toml"
    return _parsed(file, read_pack_file(file, MAX_TEXT_BYTES))


@lru_cache(maxsize=32)
def _parsed(file: Path, content: bytes) -> PackMetadata:
    """The metadata of a file with this content: it is read often and seldom changes."""
    try:
        table = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackError(f"{file}: not valid TOML: {error}") from error
    try:
        topic = table.get("topic", {})
        return PackMetadata(
            name=_text(table, "name"),
            title=_text(table, "title"),
            topic=TopicClasses(**{side: _names(side, names) for side, names in topic.items()}),
            themes=MappingProxyType(_themes(table.get("themes", {}))),
        )
    except (TypeError, AttributeError, KeyError) as error:
        raise PackError(f"{file}: not a valid pack: {error}") from error


def read_pack_file(file: Path, max_bytes: int) -> bytes:
    """Read one of the pack's files.  Raise PackError; also when it exceeds `max_bytes`."""
    try:
        size = file.stat().st_size
        if size > max_bytes:
            raise PackError(f"{file}: {size} bytes; at most {max_bytes} are allowed")
        return file.read_bytes()
    except FileNotFoundError:
        raise PackError(f"{file}: missing from the pack") from None
    except OSError as error:
        raise PackError(f"{file}: can't be read: {error}") from error


def _themes(tables: Mapping[str, Mapping[str, object]]) -> dict[str, Theme]:
    themes = {}
    for slug, table in tables.items():
        title, description = _text(table, "title"), _text(table, "description")
        themes[slug] = Theme(
            slug=slug,
            title=title,
            description=description,
            stated_threshold=_probability(table, "threshold"),
        )
    return themes


def _probability(table: Mapping[str, object], key: str) -> float | None:
    value = table.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
        raise TypeError(f"{key} must be a number above 0 and below 1")
    return float(value)


def _text(table: Mapping[str, object], key: str) -> str:
    value = table[key]
    if not isinstance(value, str):
        raise TypeError(f"{key} must be text")
    return value


def _names(side: str, names: object) -> frozenset[str]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise TypeError(f'[topic] {side} must be a list of classes, like ["WOLF"]')
    return frozenset(names)
