"""Figure pack files: loads and checks `figures/*.toml`; an error names the file and the line.

[killed]
title = "killed"
group = "loss"                      see `figure_pack.KindGroup`
least = 100                         optional
counters = ["명"]                   optional
[killed.nouns]                      by language
en = ["fatalities", "corps*"]
[killed.verbs]
[killed.except]                     phrases that begin like an entry and are none
en = ["death penalty"]

[moscow]                            a table with `names` is a party
title = "Moscow"
names = ["kremlin", "росси*"]
medium = true                       optional: these pass on what others claim
outlets = ["tass.ru"]               optional: hosts of the outlets that speak for it; then it is
                                    expected to speak of every story, and its silence is shown
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.domain.errors import PackError
from monitor.figures.figure import SPACED_LANGUAGES, UNSPACED_LANGUAGES
from monitor.figures.figure_pack import (
    FigurePack,
    Kind,
    KindGroup,
    PartyName,
    compile_name,
    compile_words,
)

_SLUG = re.compile(r"[a-z][a-z_]*")
_LANGUAGES = frozenset(SPACED_LANGUAGES + UNSPACED_LANGUAGES)
_KIND_KEYS = frozenset({"title", "group", "least", "counters", "nouns", "verbs", "except"})
_PARTY_KEYS = frozenset({"title", "names", "medium", "outlets"})
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_MAX_ENTRY_LENGTH = 80
_MAX_ENTRIES = 2_000  # in one list


@dataclass(frozen=True, slots=True)
class _File:
    """A file with its text, to name the line of an error."""

    path: Path
    text: str

    def error(self, table: str, key: str, message: str) -> PackError:
        """The error at `key` of `[table]`; at the table where the key is not found."""
        lines = self.text.splitlines()
        header = next((n for n, line in enumerate(lines) if line.strip() == f"[{table}]"), 0)
        number = header
        for index in range(header + 1, len(lines)):
            if lines[index].startswith("["):
                break
            if key and re.match(rf"\s*{re.escape(key)}\s*=", lines[index]):
                number = index
                break
        place = f"[{table}] {key}".strip()
        return PackError(f"{self.path}:{number + 1}: {place}: {message}")


def load_figure_pack(folder: Path) -> FigurePack:
    """Load every `*.toml` of a folder.  Raise PackError naming the file and the line."""
    kinds: dict[str, Kind] = {}
    parties: dict[str, str] = {}
    names: list[PartyName] = []
    media: list[re.Pattern[str]] = []
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise PackError(f"{folder}: no files of figures (*.toml) here")
    for path in paths:
        file, tables = _read(path)
        for slug, table in tables.items():
            if not isinstance(table, dict) or not _SLUG.fullmatch(slug):
                raise file.error(slug, "", "expected a table named in small letters")
            if slug in kinds or slug in parties:
                raise file.error(slug, "", "this table is already in another file")
            if "names" in table:
                parties[slug] = _text(file, slug, table, "title")
                names += _party_names(file, slug, table)
                if table.get("medium") is True:
                    media += [name.pattern for name in names if name.party == slug]
            else:
                kinds[slug] = _kind(file, slug, table)
    return FigurePack(kinds, parties, tuple(names), tuple(media), load_outlets(folder))


def load_outlets(folder: Path) -> dict[str, tuple[str, ...]]:
    """Each party that is expected to speak → the hosts of its outlets, without all the patterns.

    Raise PackError naming the file and the line.
    """
    outlets: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.toml")):
        file, tables = _read(path)
        for slug, table in tables.items():
            if isinstance(table, dict) and (hosts := _outlets(file, slug, table)):
                outlets[slug] = hosts
    return outlets


def _outlets(file: _File, slug: str, table: Mapping[str, object]) -> tuple[str, ...]:
    value = table.get("outlets", [])
    hosts = value if isinstance(value, list) else [value]
    if not all(isinstance(host, str) and _HOST.fullmatch(host) for host in hosts):
        raise file.error(slug, "outlets", 'expected a list of host names, such as "tass.ru"')
    return tuple(hosts)


def _read(path: Path) -> tuple[_File, dict[str, object]]:
    try:
        text = path.read_text(encoding="utf-8")
        return _File(path, text), tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"{path}: can't be read: {error}") from error
    except tomllib.TOMLDecodeError as error:  # its text names the line
        raise PackError(f"{path}: not TOML: {error}") from error


def _kind(file: _File, slug: str, table: Mapping[str, object]) -> Kind:
    _check_keys(file, slug, table, _KIND_KEYS)
    group = table.get("group")
    if group not in set(KindGroup):
        raise file.error(slug, "group", f"expected one of: {', '.join(KindGroup)}")
    least = table.get("least", 0)
    if not isinstance(least, int | float) or isinstance(least, bool) or least < 0:
        raise file.error(slug, "least", "expected a number from 0 up")
    return Kind(
        slug=slug,
        title=_text(file, slug, table, "title"),
        group=KindGroup(str(group)),
        least=least,
        counters=frozenset(_entries(file, slug, "counters", table.get("counters", []))),
        nouns=_by_language(file, slug, "nouns", table),
        verbs=_by_language(file, slug, "verbs", table),
    )


def _party_names(file: _File, slug: str, table: Mapping[str, object]) -> list[PartyName]:
    _check_keys(file, slug, table, _PARTY_KEYS)
    entries = _entries(file, slug, "names", table["names"])
    return [PartyName(compile_name(entry), slug) for entry in dict.fromkeys(entries)]


def _by_language(
    file: _File, slug: str, key: str, table: Mapping[str, object]
) -> dict[str, re.Pattern[str]]:
    lists = table.get(key, {})
    if not isinstance(lists, dict):
        raise file.error(slug, key, "expected a table with a list for each language")
    place = f"{slug}.{key}"
    for language in lists:
        if language not in _LANGUAGES:
            listed = ", ".join(sorted(_LANGUAGES))
            raise file.error(place, language, f"no such language; there are {listed}")
    exceptions = table.get("except", {})
    if not isinstance(exceptions, dict):
        raise file.error(slug, "except", "expected a table with a list for each language")
    return {
        language: compile_words(
            _entries(file, place, language, entries),
            language,
            _entries(file, f"{slug}.except", language, exceptions.get(language, [])),
        )
        for language, entries in lists.items()
    }


def _check_keys(
    file: _File, slug: str, table: Mapping[str, object], allowed: frozenset[str]
) -> None:
    for key in table:
        if key not in allowed:
            raise file.error(slug, key, f"unknown; allowed are {', '.join(sorted(allowed))}")


def _text(file: _File, slug: str, table: Mapping[str, object], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise file.error(slug, key, "expected a text in quotes")
    return value


def _entries(file: _File, table: str, key: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise file.error(table, key, "expected a list of quoted words")
    if len(value) > _MAX_ENTRIES:
        raise file.error(table, key, f"{len(value)} entries; at most {_MAX_ENTRIES} are allowed")
    for entry in value:
        letters = any(character.isalnum() for character in entry)
        star_inside = re.search(r"\*\w|(?<!\w)\*", entry)
        if not letters or star_inside or len(entry) > _MAX_ENTRY_LENGTH:
            raise file.error(
                table, key, f'"{entry}": an entry has a letter, a star only at the end of a word,'
                f" and at most {_MAX_ENTRY_LENGTH} characters",
            )  # fmt: skip
    return list(value)
