"""Which classes of words does a text name, and where?  Word lists in many languages, kept as TOML.

How an entry is written (operators read and edit these files; `models/README.md` has the long form):

    soldier*             a word and every ending; without `*` the whole word
    north korea*         words in a row; between them a space, a hyphen or an apostrophe
    the North, UN        a capital letter asks for a capital in the text
    북한, 派兵, 兵士       scripts written without spaces, or with particles: found anywhere
    |북러                 …but not inside a longer word: nothing of that script on this side
    =북, =俄              …standing alone: edges on both sides, Korean and Japanese particles aside

The longest entry at a place wins, whatever its class; what it covers is not read again.
A class may have `also = ["NK", "RU"]`: what says it says those, too.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.classify.text import fold, plain
from monitor.errors import PackError

# Han, kana and Hangul, with the signs that only occur among them.
CJK = "\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[^\W_{CJK}]+")
_RUN = re.compile(rf"[{CJK}]")
_GAP = re.compile(r"[\s'\"«»“”„-]{1,3}")
_GAP_WITH_SIGNS = re.compile(r"[\s'\"«»“”„-]{1,3}|[.,·]\s?")
_PARTICLES = (
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에",
    "와",
    "과",
    "도",
    "만",
    "로",
    "서",
    "측",
)
_CLASS = re.compile(r"[A-Z][A-Z0-9]*")
_MOST_ENTRIES = 100_000
_LONGEST_ENTRY = 80
_WORDS_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found in a text: where it stands, and the classes it says."""

    start: int
    end: int
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry, taken apart."""

    words: tuple[tuple[str, bool], ...]  # spaced scripts: (letters, any ending)
    letters: str  # the others: the characters themselves
    capitals: tuple[int, ...]  # places, from its start, that ask for a capital
    left: bool  # edges asked for
    right: bool
    particles: bool  # a particle on the right is an edge too
    signs: bool  # written with full stops or commas between its words: "u.s.", "china, russia"
    classes: tuple[str, ...]


class Lexicon:
    """Compiled word lists.  Finds every entry of a text in a fraction of a millisecond."""

    def __init__(
        self, entries: Mapping[str, tuple[str, ...]], *, titles: Mapping[str, str]
    ) -> None:
        """`entries` maps an entry, as written, to its classes; none means: say nothing."""
        self.entries = dict(entries)
        self.titles = dict(titles)
        self.classes = tuple(titles)
        self._exact: dict[str, list[_Entry]] = {}
        self._stems: dict[str, list[_Entry]] = {}
        self._pairs: dict[str, list[_Entry]] = {}
        for written, classes in self.entries.items():
            for entry in _read_entry(written, classes):
                self._file(entry)
        for table in (self._exact, self._stems, self._pairs):
            for found in table.values():
                found.sort(key=lambda entry: (-len(entry.words), -len(entry.letters)))
        self._seen: dict[str, tuple[_Entry, ...]] = {}
        self._stem_lengths = tuple(sorted({len(stem) for stem in self._stems}, reverse=True))

    def _file(self, entry: _Entry) -> None:
        if entry.letters:
            self._pairs.setdefault(entry.letters[:2], []).append(entry)
        else:
            letters, any_ending = entry.words[0]
            table = self._stems if any_ending else self._exact
            table.setdefault(letters, []).append(entry)

    def hits(self, shown: str, folded: str) -> list[Hit]:
        """What the text names, left to right, without overlaps; silent entries left out."""
        found = self._spaced(shown, folded)
        if _RUN.search(folded):
            found += self._unspaced(shown, folded)
        found.sort(key=lambda hit: (hit.start, -hit.end))
        kept: list[Hit] = []
        end = 0
        for hit in found:
            if hit.start >= end:
                end = hit.end
                kept.append(hit)
        return [hit for hit in kept if hit.classes]

    # ── scripts with spaces ──────────────────────────────────────────────────────────────────

    def _spaced(self, shown: str, folded: str) -> list[Hit]:
        words = [(match.start(), match.end(), match.group()) for match in _WORD.finditer(folded)]
        found = []
        for place, (start, _, word) in enumerate(words):
            best_end, best = start, None
            for entry in self._starting(word):
                end = _row_end(entry, words, place, folded)
                if end > best_end and _has_capitals(entry, shown, start):
                    best_end, best = end, entry
            if best is not None:
                found.append(Hit(start, best_end, best.classes))
        return found

    def _starting(self, word: str) -> tuple[_Entry, ...]:
        """The entries whose first word this can be."""
        entries = self._seen.get(word)
        if entries is None:
            found = list(self._exact.get(word, ()))
            for length in self._stem_lengths:
                if length <= len(word):
                    found += self._stems.get(word[:length], ())
            if len(self._seen) >= _WORDS_REMEMBERED:
                self._seen.clear()
            entries = self._seen[word] = tuple(found)
        return entries

    # ── scripts without ──────────────────────────────────────────────────────────────────────

    def _unspaced(self, shown: str, folded: str) -> list[Hit]:
        found = []
        pairs = self._pairs
        for place in range(len(folded)):
            entries = pairs.get(folded[place : place + 2]) or ()
            singles = pairs.get(folded[place]) or ()
            for entry in (*entries, *singles) if singles else entries:
                if folded.startswith(entry.letters, place) and _stands(entry, folded, place):
                    if not _has_capitals(entry, shown, place):
                        continue
                    found.append(Hit(place, place + len(entry.letters), entry.classes))
                    break
        return found


def _row_end(entry: _Entry, words: list[tuple[int, int, str]], place: int, folded: str) -> int:
    """Where the entry's words end when they stand in a row from this word on; else 0."""
    if place + len(entry.words) > len(words):
        return 0
    for offset, (letters, any_ending) in enumerate(entry.words):
        start, end, word = words[place + offset]
        if not (word.startswith(letters) if any_ending else word == letters):
            return 0
        if offset:
            gap = _GAP_WITH_SIGNS if entry.signs else _GAP
            if not gap.fullmatch(folded, words[place + offset - 1][1], start):
                return 0
    return end


def _has_capitals(entry: _Entry, shown: str, start: int) -> bool:
    return all(shown[start + place].isupper() for place in entry.capitals)


def _stands(entry: _Entry, folded: str, start: int) -> bool:
    """Are the edges that the entry asks for there?"""
    if entry.left and start and _touches(folded[start - 1], hiragana=not entry.particles):
        return False
    end = start + len(entry.letters)
    if not entry.right or end >= len(folded) or not _touches(folded[end], hiragana=False):
        return True
    if not entry.particles:
        return False
    return folded[end] in _PARTICLES and not (
        end + 1 < len(folded) and _touches(folded[end + 1], hiragana=True)
    )


def _touches(sign: str, *, hiragana: bool) -> bool:
    """Is this a letter that would make a longer word?  Hiragana are mostly particles."""
    if "\u3040" <= sign <= "\u309f":
        return hiragana
    return sign.isalnum()


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def _read_entry(written: str, classes: tuple[str, ...]) -> list[_Entry]:
    """Take an entry apart; entries with a space in unspaced scripts stand for both ways."""
    text = plain(written)
    alone = text.startswith("=")
    left, right = alone or text.startswith("|"), alone or text.endswith("|")
    body = text.strip("=|")
    folded = fold(body)
    if _RUN.search(folded):
        spellings = {body, body.replace(" ", "")}
        return [
            _Entry(
                words=(),
                letters=fold(spelling),
                capitals=_capitals(spelling),
                left=left,
                right=right,
                particles=alone,
                signs=False,
                classes=classes,
            )
            for spelling in sorted(spellings)
        ]
    words = tuple(
        (match.group(), folded[match.end() : match.end() + 1] == "*")
        for match in _WORD.finditer(folded)
    )
    return [
        _Entry(
            words=words,
            letters="",
            capitals=_capitals(body),
            left=False,
            right=False,
            particles=False,
            signs="." in body or "," in body,
            classes=classes,
        )
    ]


def _capitals(body: str) -> tuple[int, ...]:
    return tuple(place for place, sign in enumerate(body) if sign.isupper())


def load(folder: Path) -> Lexicon:
    """Read every `*.toml` of a folder.  Raise PackError naming the file, class and entry."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise PackError(f"{folder}: no lexicon files (*.toml) here")
    entries: dict[str, tuple[str, ...]] = {}
    titles: dict[str, str] = {}
    implied: dict[str, tuple[str, ...]] = {}
    compounds: list[tuple[Path, object]] = []
    for file in files:
        tables = _tables(file)
        silent = tables.pop("silent", [])
        for entry in _strings(silent, f"{file}: silent"):
            entries.setdefault(_checked(entry, f"{file}: silent"), ())
        compounds.append((file, tables.pop("compounds", {})))
        for name, table in tables.items():
            if isinstance(table, dict):
                implied[name] = tuple(_strings(table.pop("also", []), f"{file}: [{name}] also"))
            _read_class(file, name, table, entries, titles)
    for file, table in compounds:
        _read_compounds(file, table, entries, titles)
    _follow(implied, titles)
    entries = {entry: _implying(classes, implied) for entry, classes in entries.items()}
    if len(entries) > _MOST_ENTRIES:
        raise PackError(f"{folder}: {len(entries)} entries; at most {_MOST_ENTRIES} are taken")
    return Lexicon(entries, titles=titles)


def _follow(implied: Mapping[str, tuple[str, ...]], titles: Mapping[str, str]) -> None:
    for name, others in implied.items():
        unknown = [other for other in others if other not in titles]
        if unknown:
            raise PackError(f"lexicon: [{name}] also: no such class: {', '.join(unknown)}")


def _implying(classes: tuple[str, ...], implied: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The classes and what they say besides, each once."""
    return tuple(
        dict.fromkeys((*classes, *(other for name in classes for other in implied.get(name, ()))))
    )


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
