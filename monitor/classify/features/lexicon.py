"""Lexicon: finds the classes of words that a text names, by word lists in many languages.

Syntax of an entry (for operators too; `models/README.md` explains it in full):

    soldier*             a word and every ending; without `*` the whole word
    north korea*         words in a row; between them a space, a hyphen or an apostrophe
    the North, UN        a capital letter matches a capital only
    북한, 派兵, 兵士       scripts written without spaces, or with particles: found anywhere
    |북러                 …but not inside a longer word on this side
    =북, =俄              …only as a whole word; Korean and Japanese particles may follow

The longest entry at a position wins, whatever its class; the text it covers is not matched again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.classify.features.bounded_cache import cache_word
from monitor.classify.features.opening import fold_characters, is_normalized, normalize

# Han, kana and Hangul, with the marks that occur only among them.
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


@dataclass(frozen=True, slots=True)
class LexiconHit:
    """A match of an entry: its position in the text, and the classes of the entry."""

    start: int
    end: int
    classes: tuple[str, ...]


@dataclass(slots=True)  # not frozen: thousands are made at each start, and that takes longer
class _Entry:
    """A parsed entry."""

    words: tuple[tuple[str, bool], ...]  # spaced scripts: (letters, whether any ending matches)
    letters: str  # unspaced scripts: the characters
    capitals: tuple[int, ...]  # offsets that need a capital
    left: bool  # needs a word boundary on the left
    right: bool  # …on the right
    particles: bool  # a particle counts as a boundary on the right
    signs: bool  # has full stops or commas between its words: "u.s.", "china, russia"
    classes: tuple[str, ...]


@dataclass(slots=True)
class _Table:
    """The parsed entries that begin with one letter."""

    exact: dict[str, list[_Entry]] = field(default_factory=dict)  # by the first word
    stems: dict[str, list[_Entry]] = field(default_factory=dict)  # by the beginning of it
    stem_lengths: tuple[int, ...] = ()  # the longest first
    pairs: dict[str, list[_Entry]] = field(default_factory=dict)  # by the first two characters

    def add(self, entry: _Entry) -> None:
        if entry.letters:
            self.pairs.setdefault(entry.letters[:2], []).append(entry)
            return
        letters, any_ending = entry.words[0]
        table = self.stems if any_ending else self.exact
        table.setdefault(letters, []).append(entry)

    def sort(self) -> None:
        """Bring the longest entries first, when all are added."""
        for entries in (self.exact, self.stems, self.pairs):
            for candidates in entries.values():
                if len(candidates) > 1:
                    candidates.sort(key=lambda entry: (-len(entry.words), -len(entry.letters)))
        self.stem_lengths = tuple(sorted(set(map(len, self.stems)), reverse=True))


_NO_ENTRIES = _Table()


class Lexicon:
    """Compiled word lists.  Matching an article takes a fraction of a millisecond."""

    def __init__(
        self,
        entries: Mapping[str, tuple[str, ...]],
        *,
        titles: Mapping[str, str],
        also: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        """`entries` maps each written entry to its classes; a silent entry has none.

        Of two entries that match the same words the first counts.  `also` maps a class to further
        classes that every match of it has too; `titles` maps each class to its title.
        """
        self.also = dict(also or {})
        with_also = {classes: self._with_also(classes) for classes in set(entries.values())}
        self.entries = {entry: with_also[classes] for entry, classes in entries.items()}
        self.titles = dict(titles)
        self.classes = tuple(titles)
        self._written = self._by_first_letter()
        self._tables: dict[str, _Table] = {}  # by first letter; made when a text has that letter
        self._starting_cache: dict[str, tuple[_Entry, ...]] = {}

    def _with_also(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        """The classes and the further classes of each, without duplicates."""
        every_class = list(classes)
        for name in classes:
            every_class += self.also.get(name, ())
        return tuple(dict.fromkeys(every_class))

    def _by_first_letter(self) -> dict[str, list[str]]:
        """First letter → the entries that begin with it, as written and in their order.

        Parsing all entries takes longer than to look at a short text with a few of them.
        """
        folded: dict[str, str] = {}
        written: dict[str, list[str]] = {}
        for entry in self.entries:
            letter = entry.lstrip("=|")[0]
            if letter.isalnum() and is_normalized(entry):
                letter = folded.get(letter) or folded.setdefault(letter, fold_characters(letter))
            else:
                letter = _first_letter(entry)
            written.setdefault(letter, []).append(entry)
        return written

    def _table(self, letter: str) -> _Table:
        """The parsed entries that begin with this letter.

        Two threads may make the same one at once: each of them is whole before it is kept.
        """
        entries = self._written.get(letter)
        table = _Table() if entries else _NO_ENTRIES
        for written in entries or ():
            for entry in _parse_entry(written, self.entries[written]):
                table.add(entry)
        table.sort()
        self._tables[letter] = table
        return table

    def hits(self, shown: str, folded: str) -> list[LexiconHit]:
        """Return the matches from left to right, without overlaps and without silent entries."""
        matches = self._spaced(shown, folded)
        if _RUN.search(folded):
            matches += self._unspaced(shown, folded)
        matches.sort(key=lambda hit: (hit.start, -hit.end))
        chosen: list[LexiconHit] = []
        end = 0
        for hit in matches:
            if hit.start >= end:
                end = hit.end
                chosen.append(hit)
        return [hit for hit in chosen if hit.classes]

    # ── scripts with spaces ──────────────────────────────────────────────────────────────────

    def _spaced(self, shown: str, folded: str) -> list[LexiconHit]:
        words = [(match.start(), match.end(), match.group()) for match in _WORD.finditer(folded)]
        matches = []
        for index, (start, _, word) in enumerate(words):
            best_end, best_entry = start, None
            for entry in self._starting(word):
                end = _row_end(entry, words, index, folded)
                if end > best_end and _has_capitals(entry, shown, start):
                    best_end, best_entry = end, entry
            if best_entry is not None:
                matches.append(LexiconHit(start, best_end, best_entry.classes))
        return matches

    def _starting(self, word: str) -> tuple[_Entry, ...]:
        """The entries that can start with this word."""
        starting = self._starting_cache.get(word)
        if starting is None:
            table = self._tables.get(word[0]) or self._table(word[0])
            candidates = list(table.exact.get(word, ()))
            for length in table.stem_lengths:
                if length <= len(word):
                    candidates += table.stems.get(word[:length], ())
            starting = tuple(candidates)
            cache_word(self._starting_cache, word, starting)
        return starting

    # ── scripts without spaces ───────────────────────────────────────────────────────────────

    def _unspaced(self, shown: str, folded: str) -> list[LexiconHit]:
        matches = []
        tables = self._tables
        for position, letter in enumerate(folded):
            pairs = (tables.get(letter) or self._table(letter)).pairs
            if not pairs:
                continue
            two_letters = pairs.get(folded[position : position + 2]) or ()
            one_letter = pairs.get(letter) or ()
            for entry in (*two_letters, *one_letter) if one_letter else two_letters:
                if (
                    folded.startswith(entry.letters, position)
                    and _has_boundaries(entry, folded, position)
                    and _has_capitals(entry, shown, position)
                ):
                    end = position + len(entry.letters)
                    matches.append(LexiconHit(position, end, entry.classes))
                    break
        return matches


def _row_end(entry: _Entry, words: list[tuple[int, int, str]], index: int, folded: str) -> int:
    """The end of the entry when its words follow one another from this word on; else 0."""
    if index + len(entry.words) > len(words):
        return 0
    for offset, (letters, any_ending) in enumerate(entry.words):
        start, end, word = words[index + offset]
        if not (word.startswith(letters) if any_ending else word == letters):
            return 0
        if offset:
            gap = _GAP_WITH_SIGNS if entry.signs else _GAP
            if not gap.fullmatch(folded, words[index + offset - 1][1], start):
                return 0
    return end


def _has_capitals(entry: _Entry, shown: str, start: int) -> bool:
    return all(shown[start + offset].isupper() for offset in entry.capitals)


def _has_boundaries(entry: _Entry, folded: str, start: int) -> bool:
    """Whether the word boundaries that the entry needs are present."""
    if entry.left and start and _continues_word(folded[start - 1], hiragana=not entry.particles):
        return False
    end = start + len(entry.letters)
    if not entry.right or end >= len(folded) or not _continues_word(folded[end], hiragana=False):
        return True
    if not entry.particles:
        return False
    return folded[end] in _PARTICLES and not (
        end + 1 < len(folded) and _continues_word(folded[end + 1], hiragana=True)
    )


def _continues_word(character: str, *, hiragana: bool) -> bool:
    """Whether this character continues a word.  Hiragana are mostly particles."""
    if "\u3040" <= character <= "\u309f":
        return hiragana
    return character.isalnum()


# ── parsing ──────────────────────────────────────────────────────────────────────────────────────


def _first_letter(written: str) -> str:
    """The letter with which a text must have a place for the entry."""
    entry = _parse_entry(written, ())[0]
    return entry.letters[0] if entry.letters else entry.words[0][0][0]


def _parse_entry(written: str, classes: tuple[str, ...]) -> list[_Entry]:
    """Parse an entry; a space in unspaced scripts gives the spellings with and without it."""
    text = normalize(written)
    is_alone = text.startswith("=")
    left, right = is_alone or text.startswith("|"), is_alone or text.endswith("|")
    body = text.strip("=|")
    folded = fold_characters(body)
    if _RUN.search(folded):
        spellings = {body, body.replace(" ", "")}
        return [
            _Entry(
                words=(),
                letters=fold_characters(spelling),
                capitals=_capitals(spelling),
                left=left,
                right=right,
                particles=is_alone,
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
    if not any(map(str.isupper, body)):  # nearly always
        return ()
    return tuple(offset for offset, character in enumerate(body) if character.isupper())
