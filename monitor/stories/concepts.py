"""Concept dictionary: the same people, places, bodies and acts in the words of several languages.

An entry is a stem: it matches the beginning of a word, or, with Hangul, kana or Chinese
characters, any place of the text.  `=word` matches the whole word only; a space at the end of an
entry closes its last word.  An entry of several words matches consecutive words.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

NAME_KINDS = frozenset({"country", "person", "organisation", "place"})
KINDS = NAME_KINDS | {"word"}
# Languages that also use the entries of another one.
_RELATED = {"uk": ("uk", "ru"), "be": ("ru",), "bg": ("ru",)}
_FALLBACK = ("en",)  # of a language that the dictionary does not have
# Languages that spell most names as English does: it serves names without entries of their own.
_ENGLISH_NAMES = frozenset({"pl", "de", "fr", "es", "vi"})
_SEPARATE_SYLLABLES = frozenset({"vi"})  # a word is a syllable, so no entry is a stem
_SHORT_ENGLISH = 3  # an English stem of at most so many letters is a whole word

_DENSE = (
    r"\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
)
_DENSE_CHARACTER = re.compile(f"[{_DENSE}]")
_WORD = re.compile(rf"[^\W_{_DENSE}]+(?:[.'-][^\W_{_DENSE}]+)*\.?")
_ABBREVIATION = re.compile(r"(?:\w\.)+")
_SPELLINGS = str.maketrans({"’": "'", "ʼ": "'", "ё": "е", "–": "-", "‑": "-"})

Matches = tuple[int, tuple[str, ...]]  # how many words or characters, and whose


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One person, country, place, organisation, or common word, with its entries by language."""

    key: str
    kind: str
    entries: Mapping[str, tuple[str, ...]]

    @property
    def is_name(self) -> bool:
        return self.kind in NAME_KINDS


@dataclass(frozen=True, slots=True)
class _Stem:
    text: str
    is_whole: bool

    def matches(self, word: str) -> bool:
        return word == self.text if self.is_whole else word.startswith(self.text)


@dataclass(frozen=True, slots=True)
class _Entry:
    stems: tuple[_Stem, ...]
    key: str
    number: int  # in the order of the dictionary

    @property
    def length(self) -> int:
        """The characters of all stems."""
        return sum(len(stem.text) for stem in self.stems)


class _PrefixTable:
    """Entries by their whole first stem: a few look-ups find those that a text begins with."""

    def __init__(self, beginning: int) -> None:
        """Stems are filed by so many first characters as well, with the lengths they have."""
        self._beginning = beginning
        self._lengths: dict[str, list[int]] = defaultdict(list)
        self._entries: dict[str, list[_Entry]] = defaultdict(list)
        self._count = 0

    def __bool__(self) -> bool:
        return bool(self._entries)

    def add(self, stems: Sequence[_Stem], key: str) -> None:
        """File an entry of the concept `key`."""
        first = stems[0].text
        lengths = self._lengths[first[: self._beginning]]
        if len(first) not in lengths:
            lengths.append(len(first))
        self._entries[first].append(_Entry(tuple(stems), key, self._count))
        self._count += 1

    def at(self, text: str, place: int = 0) -> list[_Entry]:
        """The entries whose first stem is at this place of the text."""
        entries: list[_Entry] = []
        for length in self._lengths.get(text[place : place + self._beginning], ()):
            if place + length <= len(text):
                entries += self._entries.get(text[place : place + length], ())
        return entries


def _stands_at(entry: _Entry, words: Sequence[str], place: int) -> bool:
    """Whether the words from this place on are those of the entry."""
    if place + len(entry.stems) > len(words):
        return False
    return all(stem.matches(words[place + n]) for n, stem in enumerate(entry.stems))


def _longest(entries: Sequence[_Entry]) -> list[_Entry]:
    """The longest of the entries at one place, in the order of the dictionary."""
    if len(entries) < 2:  # nearly always
        return list(entries)
    length = max(entry.length for entry in entries)
    longest = [entry for entry in entries if entry.length == length]
    return sorted(longest, key=attrgetter("number"))


class _LanguageIndex:
    """The entries of one language."""

    def __init__(self) -> None:
        self._spaced = _PrefixTable(2)
        self._dense = _PrefixTable(1)

    def add(self, entry: str, key: str, column: str) -> None:
        """Add an entry of the concept `key` in the language `column`."""
        text = fold_spelling(entry)
        is_closed = text.endswith(" ")
        words = text.split()
        if not words:
            return
        if _DENSE_CHARACTER.search(text):
            stem = _Stem(text.strip().removeprefix("="), text.startswith("="))
            self._dense.add([stem], key)
            return
        stems = []
        for place, word in enumerate(words):
            bare = word.removeprefix("=")
            is_short = column == "en" and len(bare) <= _SHORT_ENGLISH
            is_short = is_short or column in _SEPARATE_SYLLABLES
            is_last_closed = is_closed and place == len(words) - 1
            stems.append(_Stem(bare, word != bare or is_short or is_last_closed))
        self._spaced.add(stems, key)

    def keys_in(self, text: str) -> Iterator[str]:
        """The concepts of a folded text; the longest entry at a position wins."""
        yield from self._spaced_keys(_words(text))
        if self._dense:
            yield from self._dense_keys(text)

    def _spaced_keys(self, words: list[str]) -> Iterator[str]:
        place = 0
        while place < len(words):
            count, keys = self._at_word(words, place)
            if not keys and "-" in words[place]:
                for part in words[place].split("-"):
                    yield from self._at_word([part], 0)[1]
            yield from keys
            place += count

    def _at_word(self, words: list[str], place: int) -> Matches:
        longest = _longest(
            [entry for entry in self._spaced.at(words[place]) if _stands_at(entry, words, place)]
        )
        count = len(longest[0].stems) if longest else 1
        return count, tuple(entry.key for entry in longest)

    def _dense_keys(self, text: str) -> Iterator[str]:
        place = 0
        while place < len(text):
            count, keys = self._at_character(text, place)
            yield from keys
            place += count

    def _at_character(self, text: str, place: int) -> Matches:
        longest = _longest(
            [
                entry
                for entry in self._dense.at(text, place)
                if not (entry.stems[0].is_whole and _follows_dense(text, place))
            ]
        )
        length = longest[0].length if longest else 1
        return length, tuple(entry.key for entry in longest)


def _follows_dense(text: str, place: int) -> bool:
    return place > 0 and _DENSE_CHARACTER.match(text[place - 1]) is not None


class ConceptDictionary:
    """Finds the concepts of a text in the entries of its language."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts = {concept.key: concept for concept in concepts}
        self.names = frozenset(key for key, row in self.concepts.items() if row.is_name)
        self._languages = frozenset[str]().union(*(row.entries for row in self.concepts.values()))
        self._indexes: dict[str, _LanguageIndex] = {}  # made for the first text in the language

    def keys_in(self, text: str, language: str) -> frozenset[str]:
        """The keys of all concepts that the text names.

        A text in a language without entries is read with the English ones.
        """
        if language not in self._languages:
            language = _RELATED.get(language, _FALLBACK)[0]
        if language not in self._languages:
            return frozenset()
        if language not in self._indexes:
            self._indexes[language] = self._index(language)
        return frozenset(self._indexes[language].keys_in(fold_spelling(text)))

    def words_of(self, key: str) -> str:
        """A concept in words, the first English ones; of any other anchor the anchor itself."""
        concept = self.concepts.get(key)
        if concept is None:
            return key
        entries = concept.entries.get("en") or next(iter(concept.entries.values()), ())
        return entries[0].strip(" =") if entries else key

    def _index(self, language: str) -> _LanguageIndex:
        index = _LanguageIndex()
        for concept in self.concepts.values():
            for column in _RELATED.get(language, (language,)):
                for entry in concept.entries.get(column, ()):
                    index.add(entry, concept.key, column)
            if language in _ENGLISH_NAMES and concept.is_name and language not in concept.entries:
                for entry in concept.entries.get("en", ()):
                    index.add(entry, concept.key, "en")
        return index


def fold_spelling(text: str) -> str:
    """The text in lower case, composed (NFC), with one spelling of apostrophes, hyphens and ё."""
    return unicodedata.normalize("NFC", html.unescape(text).lower().translate(_SPELLINGS))


def _words(text: str) -> list[str]:
    """The words of a text, without a full stop at their end unless they are abbreviations."""
    return [
        word if _ABBREVIATION.fullmatch(word) else word.rstrip(".") for word in _WORD.findall(text)
    ]
