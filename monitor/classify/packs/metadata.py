"""What a pack says of itself: name, topic and themes, as `pack.toml` has them.

Apart from the pack's weights: who only asks for names need not load what computes with numbers.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from monitor.classify.features.describe import TopicClasses
from monitor.domain.errors import PackError

MANIFEST = "weights/manifest.json"
MAX_TEXT_BYTES = 2**20  # of a file that says something of the pack, not of its weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One of the topic's themes."""

    slug: str
    title: str
    description: str
    threshold: float = 0.5  # probability from which a relevant article counts for it


@dataclass(frozen=True, slots=True, kw_only=True)
class PackMetadata:
    """What a pack says of itself, without its weights."""

    name: str
    title: str
    topic: TopicClasses
    themes: Mapping[str, Theme]

    @property
    def theme_titles(self) -> dict[str, str]:
        return {slug: theme.title for slug, theme in self.themes.items()}


def read_metadata(folder: Path) -> PackMetadata:
    """The pack's own words about itself.  Raise PackError."""
    file = folder / "pack.toml"
    try:
        table = tomllib.loads(read_pack_file(file, MAX_TEXT_BYTES).decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackError(f"{file}: not valid TOML: {error}") from error
    try:
        topic = table.get("topic", {})
        return PackMetadata(
            name=_text(table, "name"),
            title=_text(table, "title"),
            topic=TopicClasses(**{side: _names(side, names) for side, names in topic.items()}),
            themes=MappingProxyType(
                {
                    slug: Theme(
                        slug=slug,
                        title=_text(theme, "title"),
                        description=_text(theme, "description"),
                    )
                    for slug, theme in table.get("themes", {}).items()
                }
            ),
        )
    except (TypeError, AttributeError, KeyError) as error:
        raise PackError(f"{file}: not the shape of a pack: {error}") from error


def read_pack_file(file: Path, most: int) -> bytes:
    """The bytes of one of the pack's files.  Raise PackError; also when it is over `most`."""
    try:
        size = file.stat().st_size
        if size > most:
            raise PackError(f"{file}: {size} bytes; at most {most} are read")
        return file.read_bytes()
    except FileNotFoundError:
        raise PackError(f"{file}: missing from the pack") from None
    except OSError as error:
        raise PackError(f"{file}: can't be read: {error}") from error


def _text(table: Mapping[str, object], key: str) -> str:
    value = table[key]
    if not isinstance(value, str):
        raise TypeError(f"{key} is text")
    return value


def _names(side: str, names: object) -> frozenset[str]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise TypeError(f'[topic] {side} is a list of classes, like ["WOLF"]')
    return frozenset(names)
