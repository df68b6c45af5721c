"""Word lists as people write them: the TOML files of a pack, and an operator's own entries.

    [TROOPS]
    title = "soldiers and their sending"
    en = ["troop*", "soldier*"]          a list for each language
    also = ["DEFENCE"]                   what says this class says those, too

    [compounds]
    "북한군" = ["NK", "TROOPS"]

    silent = ["north star"]              covered, so that nothing in it is read; says nothing

How an entry is written stands in `lexicon`.
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
_MOST_ENTRIES = 100_000
_LONGEST_ENTRY = 80
_MOST_OWN = 10_000
SILENT = "silent"


def load_lexicon(folder: Path) -> Lexicon:
    """Read every `*.toml` of a folder.  Raise PackError naming the file, class and entry."""
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
    _follow(also, titles)
    if len(entries) > _MOST_ENTRIES:
        raise PackError(f"{folder}: {len(entries)} entries; at most {_MOST_ENTRIES} are taken")
    return Lexicon(entries, titles=titles, also=also)


def extend_lexicon(lexicon: Lexicon, own: Mapping[str, Sequence[str]]) -> Lexicon:
    """The lexicon with an operator's entries, by class; the lexicon itself where there are none.

    An entry that is there already says its new class, too; one of `silent` says nothing any more.
    Raise PackError naming the class and the entry that can't be taken.
    """
    added: dict[str, tuple[str, ...]] = {}
    for name in sorted(own, key=lambda name: name == SILENT):
        if name not in (SILENT, *lexicon.classes):
            raise PackError(f"{name}: no such class{hint(name, (*lexicon.classes, SILENT))}")
        for entry in own[name]:
            _checked(entry, name)
            if name == SILENT and added.get(entry):
                raise PackError(f'{name}: "{entry}" stands under {added[entry][-1]}, too')
            known = added.get(entry, lexicon.entries.get(entry, ()))
            added[entry] = () if name == SILENT else tuple(dict.fromkeys((*known, name)))
    if not added:
        return lexicon
    if len(added) > _MOST_OWN:
        raise PackError(f"{len(added)} entries; at most {_MOST_OWN} are taken")
    # The operator's come first: of two that match the same words, hers counts.
    rest = {entry: said for entry, said in lexicon.entries.items() if entry not in added}
    return Lexicon({**added, **rest}, titles=lexicon.titles, also=lexicon.also)


def _follow(also: Mapping[str, tuple[str, ...]], titles: Mapping[str, str]) -> None:
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
            known = entries.get(entry, ())
            if name not in known:
                entries[entry] = (*known, name)


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
        raise PackError(f"{place}: a list of quoted words is wanted")
    return value


def _checked(entry: str, place: str) -> str:
    body = entry.strip("=|")
    if not any(sign.isalnum() for sign in body) or len(entry) > _LONGEST_ENTRY:
        raise PackError(f'{place}: "{entry}" is no entry: it needs a letter, and at most 80 signs')
    if re.search(r"\*\w|(?<!\w)\*", entry):
        raise PackError(f'{place}: "{entry}": a star stands at the end of a word')
    return entry
