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
    length: int  # of all stems


def _entry(stems: Sequence[_Stem], key: str) -> _Entry:
    return _Entry(tuple(stems), key, sum(len(stem.text) for stem in stems))


class _LanguageIndex:
    """The entries of one language, by their first characters."""

    def __init__(self) -> None:
        self._spaced: dict[str, list[_Entry]] = defaultdict(list)
        self._dense: dict[str, list[_Entry]] = defaultdict(list)

    def add(self, entry: str, key: str, column: str) -> None:
        """Add an entry of the concept `key` in the language `column`."""
        text = fold_spelling(entry)
        is_closed = text.endswith(" ")
        words = text.split()
        if not words:
            return
        if _DENSE_CHARACTER.search(text):
            stem = _Stem(text.strip().removeprefix("="), text.startswith("="))
            self._dense[stem.text[0]].append(_entry([stem], key))
            return
        stems = []
        for place, word in enumerate(words):
            bare = word.removeprefix("=")
            is_short = column == "en" and len(bare) <= _SHORT_ENGLISH
            is_short = is_short or column in _SEPARATE_SYLLABLES
            is_last_closed = is_closed and place == len(words) - 1
            stems.append(_Stem(bare, word != bare or is_short or is_last_closed))
        self._spaced[stems[0].text[:2]].append(_entry(stems, key))

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
        best, count, keys = 0, 1, list[str]()
        for entry in self._spaced.get(words[place][:2], ()):
            stems = entry.stems
            if entry.length < best or place + len(stems) > len(words):
                continue
            if all(stem.matches(words[place + n]) for n, stem in enumerate(stems)):
                if entry.length > best:
                    best, count, keys = entry.length, len(stems), []
                keys.append(entry.key)
        return count, tuple(keys)

    def _dense_keys(self, text: str) -> Iterator[str]:
        place = 0
        while place < len(text):
            count, keys = self._at_character(text, place)
            yield from keys
            place += count

    def _at_character(self, text: str, place: int) -> Matches:
        best, keys = 0, list[str]()
        for entry in self._dense.get(text[place], ()):
            stem = entry.stems[0]
            if len(stem.text) < best or not text.startswith(stem.text, place):
                continue
            if stem.is_whole and place and _DENSE_CHARACTER.match(text[place - 1]):
                continue
            if len(stem.text) > best:
                best, keys = len(stem.text), []
            keys.append(entry.key)
        return max(1, best), tuple(keys)


class ConceptDictionary:
    """Finds the concepts of a text in the entries of its language."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts = {concept.key: concept for concept in concepts}
        self.names = frozenset(key for key, row in self.concepts.items() if row.is_name)
        columns: set[str] = set()
        for concept in self.concepts.values():
            columns.update(concept.entries)
        self._indexes = {language: self._index(language) for language in sorted(columns)}

    def keys_in(self, text: str, language: str) -> frozenset[str]:
        """The keys of all concepts that the text names.

        A text in a language without entries is read with the English ones.
        """
        index = self._indexes.get(language)
        if index is None:
            columns = _RELATED.get(language, _FALLBACK)
            index = self._indexes.get(columns[0])
        return frozenset(index.keys_in(fold_spelling(text))) if index else frozenset()

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
