"""Which classes of words does a text name, and where?  Word lists in many languages, compiled.

How an entry is written (operators write them too; `models/README.md` has the long form):

    soldier*             a word and every ending; without `*` the whole word
    north korea*         words in a row; between them a space, a hyphen or an apostrophe
    the North, UN        a capital letter asks for a capital in the text
    북한, 派兵, 兵士       scripts written without spaces, or with particles: found anywhere
    |북러                 …but not inside a longer word: nothing of that script on this side
    =북, =俄              …standing alone: edges on both sides, Korean and Japanese particles aside

The longest entry at a place wins, whatever its class; what it covers is not read again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.classify.features.bounded_cache import cache_word
from monitor.classify.features.opening import fold_characters, normalize

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


@dataclass(frozen=True, slots=True)
class LexiconHit:
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
        self,
        entries: Mapping[str, tuple[str, ...]],
        *,
        titles: Mapping[str, str],
        also: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        """`entries` maps an entry, as written, to its classes; none means: say nothing.

        Of two that match the same words the first counts.  What says a class of `also` says its
        others, too.
        """
        self.also = dict(also or {})
        self.entries = {entry: self._with_also(classes) for entry, classes in entries.items()}
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

    def _with_also(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        """The classes and what they say besides, each once."""
        besides = (other for name in classes for other in self.also.get(name, ()))
        return tuple(dict.fromkeys((*classes, *besides)))

    def _file(self, entry: _Entry) -> None:
        if entry.letters:
            self._pairs.setdefault(entry.letters[:2], []).append(entry)
        else:
            letters, any_ending = entry.words[0]
            table = self._stems if any_ending else self._exact
            table.setdefault(letters, []).append(entry)

    def hits(self, shown: str, folded: str) -> list[LexiconHit]:
        """What the text names, left to right, without overlaps; silent entries left out."""
        found = self._spaced(shown, folded)
        if _RUN.search(folded):
            found += self._unspaced(shown, folded)
        found.sort(key=lambda hit: (hit.start, -hit.end))
        kept: list[LexiconHit] = []
        end = 0
        for hit in found:
            if hit.start >= end:
                end = hit.end
                kept.append(hit)
        return [hit for hit in kept if hit.classes]

    # ── scripts with spaces ──────────────────────────────────────────────────────────────────

    def _spaced(self, shown: str, folded: str) -> list[LexiconHit]:
        words = [(match.start(), match.end(), match.group()) for match in _WORD.finditer(folded)]
        found = []
        for place, (start, _, word) in enumerate(words):
            best_end, best = start, None
            for entry in self._starting(word):
                end = _row_end(entry, words, place, folded)
                if end > best_end and _has_capitals(entry, shown, start):
                    best_end, best = end, entry
            if best is not None:
                found.append(LexiconHit(start, best_end, best.classes))
        return found

    def _starting(self, word: str) -> tuple[_Entry, ...]:
        """The entries whose first word this can be."""
        entries = self._seen.get(word)
        if entries is None:
            found = list(self._exact.get(word, ()))
            for length in self._stem_lengths:
                if length <= len(word):
                    found += self._stems.get(word[:length], ())
            entries = tuple(found)
            cache_word(self._seen, word, entries)
        return entries

    # ── scripts without ──────────────────────────────────────────────────────────────────────

    def _unspaced(self, shown: str, folded: str) -> list[LexiconHit]:
        found = []
        pairs = self._pairs
        for place in range(len(folded)):
            entries = pairs.get(folded[place : place + 2]) or ()
            singles = pairs.get(folded[place]) or ()
            for entry in (*entries, *singles) if singles else entries:
                if folded.startswith(entry.letters, place) and _stands(entry, folded, place):
                    if not _has_capitals(entry, shown, place):
                        continue
                    found.append(LexiconHit(place, place + len(entry.letters), entry.classes))
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
    text = normalize(written)
    alone = text.startswith("=")
    left, right = alone or text.startswith("|"), alone or text.endswith("|")
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
