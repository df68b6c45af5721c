"""Lexicon files: loads the TOML word lists of a pack and adds an operator's entries.

    [TROOPS]
    title = "soldiers and their sending"
    en = ["troop*", "soldier*"]          a list for each language
    also = ["DEFENCE"]                   a match of this class has those classes too

    [compounds]
    "북한군" = ["NK", "TROOPS"]

    silent = ["north star"]              matches, but has no class: hides shorter entries in it

The syntax of an entry is described in `lexicon`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from monitor.classify.features.lexicon import Lexicon
from monitor.domain.errors import PackError
from monitor.settings.layers import hint

_CLASS = re.compile(r"[A-Z][A-Z0-9]*")
_STAR_IN_WORD = re.compile(r"\*\w|(?<!\w)\*")
_MAX_ENTRIES = 100_000
_MAX_ENTRY_LENGTH = 80
_MAX_OPERATOR_ENTRIES = 10_000
SILENT = "silent"


def load_lexicon(folder: Path) -> Lexicon:
    """Load every `*.toml` of a folder.  Raise PackError naming the file, class and entry."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise PackError(f"{folder}: no lexicon files (*.toml) here")
    entries: dict[str, tuple[str, ...]] = {}
    titles: dict[str, str] = {}
    also: dict[str, tuple[str, ...]] = {}
    compounds: list[tuple[Path, object]] = []
    for file in files:
        tables = _tables(file)
        place = f"{file}: {SILENT}"
        for entry in _strings(tables.pop(SILENT, []), place):
            entries.setdefault(_checked(entry, place), ())
        compounds.append((file, tables.pop("compounds", {})))
        for name, table in tables.items():
            if isinstance(table, dict):
                also[name] = tuple(_strings(table.pop("also", []), f"{file}: [{name}] also"))
            _read_class(file, name, table, entries, titles)
    for file, table in compounds:
        _read_compounds(file, table, entries, titles)
    _check_also(also, titles)
    if len(entries) > _MAX_ENTRIES:
        raise PackError(f"{folder}: {len(entries)} entries; at most {_MAX_ENTRIES} are allowed")
    return Lexicon(entries, titles=titles, also=also)


def extend_lexicon(lexicon: Lexicon, additions: Mapping[str, Sequence[str]]) -> Lexicon:
    """Return the lexicon with an operator's entries (class → entries) added.

    An entry that exists already gets the new class too; one under `silent` loses its classes.
    Without entries the same lexicon is returned.  Raise PackError naming the class and the entry
    that is not valid.
    """
    added: dict[str, tuple[str, ...]] = {}
    for name in sorted(additions, key=lambda name: name == SILENT):  # silent entries last
        if name not in (SILENT, *lexicon.classes):
            raise PackError(f"{name}: no such class{hint(name, (*lexicon.classes, SILENT))}")
        for entry in additions[name]:
            _checked(entry, name)
            if name == SILENT and added.get(entry):
                raise PackError(f'{name}: "{entry}" is also listed under {added[entry][-1]}')
            classes = added.get(entry, lexicon.entries.get(entry, ()))
            added[entry] = () if name == SILENT else tuple(dict.fromkeys((*classes, name)))
    if not added:
        return lexicon
    if len(added) > _MAX_OPERATOR_ENTRIES:
        raise PackError(f"{len(added)} entries; at most {_MAX_OPERATOR_ENTRIES} are allowed")
    # The operator's entries come first: of two that match the same words, the first counts.
    unchanged = {entry: classes for entry, classes in lexicon.entries.items() if entry not in added}
    return Lexicon({**added, **unchanged}, titles=lexicon.titles, also=lexicon.also)


def _check_also(also: Mapping[str, tuple[str, ...]], titles: Mapping[str, str]) -> None:
    for name, others in also.items():
        unknown = [other for other in others if other not in titles]
        if unknown:
            raise PackError(f"lexicon: [{name}] also: no such class: {', '.join(unknown)}")


def _tables(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackError(f"{file}: can't be read as a lexicon: {error}") from error


def _read_class(
    file: Path,
    name: str,
    table: object,
    entries: dict[str, tuple[str, ...]],
    titles: dict[str, str],
) -> None:
    place = f"{file}: [{name}]"
    if not _CLASS.fullmatch(name) or not isinstance(table, dict):
        raise PackError(f"{place}: a class is a table named in capital letters, like [TROOPS]")
    if name in titles:
        raise PackError(f"{place}: this class is already in another file")
    titles[name] = str(table.get("title", name))
    for language, written in table.items():
        if language == "title":
            continue
        for entry in _strings(written, f"{place} {language}"):
            entry = _checked(entry, f"{place} {language}")
            classes = entries.get(entry, ())
            if name not in classes:
                entries[entry] = (*classes, name)


def _read_compounds(
    file: Path, table: object, entries: dict[str, tuple[str, ...]], titles: Mapping[str, str]
) -> None:
    if not isinstance(table, dict):
        raise PackError(f'{file}: [compounds] is a table like "북한군" = ["NK", "TROOPS"]')
    for entry, classes in table.items():
        place = f'{file}: [compounds] "{entry}"'
        names = tuple(_strings(classes, place))
        unknown = [name for name in names if name not in titles]
        if unknown or not names:
            raise PackError(f"{place}: no such class: {', '.join(unknown) or 'none given'}")
        entries[_checked(entry, place)] = names


def _strings(value: object, place: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise PackError(f"{place}: expected a list of quoted words")
    return value


def _checked(entry: str, place: str) -> str:
    body = entry.strip("=|")
    has_word = any(map(str.isalnum, body))
    if not has_word or len(entry) > _MAX_ENTRY_LENGTH:
        raise PackError(
            f'{place}: "{entry}" is not valid: an entry has a letter or digit,'
            f" and at most {_MAX_ENTRY_LENGTH} characters"
        )
    if "*" in entry and _STAR_IN_WORD.search(entry):
        raise PackError(f'{place}: "{entry}": a star is allowed only at the end of a word')
    return entry
