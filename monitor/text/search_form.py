"""Search form: one spelling of a text for keyword rules and silences.

Newsrooms write one word in several ways: apostrophes and hyphens of different keyboards, ё or е,
ß or ss, İ, ligatures, full-width letters, stress marks, vowel signs of Arabic and Hebrew.  Accents
of other letters count.  The lexicon of a topic has a fold of its own, which keeps offsets
(`classify/features/opening.py`) and on which its weights were trained.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = "’‘ʼʻʹ‛`´′＇ꞌ՚׳"
_HYPHENS = "‐‑‒–—―−⁃﹘﹣－֊־"
# One character for those that newsrooms use interchangeably; each replaces exactly one.
_SAME = (
    dict.fromkeys(_APOSTROPHES, "'")
    | dict.fromkeys(_HYPHENS, "-")
    | dict.fromkeys("\u0085\u2028\u2029", " ")
    | {"ё": "е", "Ё": "Е"}
)
_SAME_CHARACTERS = re.compile(f"[{re.escape(''.join(_SAME))}]")
# After case folding: Turkish i without a dot; alef with hamza or wasla; Persian yeh and kaf; and,
# dropped, what is not seen, vowel signs and points of Hebrew and Arabic, the Arabic tatweel.
_DROPPED = (
    "\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
)
_LETTERS = dict(zip("ıأإٱیک", "iااايك", strict=True))
_FOLDED = _SAME | _LETTERS
_IS_DROPPED = re.compile(f"[{_DROPPED}]")
# `str.translate` would be slower: it looks up every character, of which few change.
_CHANGED = re.compile(f"[{_DROPPED}{re.escape(''.join(_FOLDED))}]")
# The dot of a folded İ, a second diaeresis of ё, and the stress of Cyrillic words.
_MARK = re.compile("[\u0300\u0301\u0307\u0308]")
_MARKS = re.compile(
    "(?<=i)\u0307+|(?<=е)\u0308[\u0300\u0301\u0308]*|(?<=[\u0400-\u052f])[\u0300\u0301]+"
)

# A letter with the marks that may become one with it.
_CLUSTER = re.compile(
    "[^\\W]?[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u0670\u3099\u309a\uff9e\uff9f]+|.",
    re.DOTALL,
)


def search_form(text: str) -> str:
    """The text as rules compare it; the same for all spellings of a word."""
    if text.isascii():
        return text.replace("`", "'").lower()
    # first the acute accent that stands for an apostrophe, which NFKC puts over a space
    compatible = unicodedata.normalize("NFKC", text.replace("´", "'"))
    folded = _CHANGED.sub(lambda match: _FOLDED.get(match[0], ""), compatible.casefold())
    if not _MARK.search(folded):
        return unicodedata.normalize("NFC", folded)
    # NFC may put a diaeresis that stood behind another mark on its letter
    return unicodedata.normalize("NFC", _MARKS.sub("", folded)).replace("ё", "е")


def folded_letter(letter: str) -> str:
    """A letter in lower case as it is compared: empty for what is dropped, as a soft hyphen."""
    return "" if _IS_DROPPED.match(letter) else _LETTERS.get(letter, letter)


def unified(text: str) -> str:
    """The text with one kind of apostrophe and hyphen and without ё; its length stays."""
    return _SAME_CHARACTERS.sub(lambda match: _SAME[match[0]], text)


def as_written(text: str, start: int, end: int) -> str:
    """The part of the text (in NFC) that is at `start` to `end` in its search form."""
    if text.isascii():
        return text[start:end]
    word, position = _word_before(text, start)
    parts = []
    for match in _CLUSTER.finditer(text, word):
        if position >= end:
            break
        length = len(_folded_cluster(match[0]))
        if position + length > start and length:
            parts.append(match[0])
        position += length
    return "".join(parts)


def _word_before(text: str, start: int) -> tuple[int, int]:
    """Where a word begins, in the text and in its search form, there at `start` or earlier.

    Behind a space no letter depends on what precedes it, so the form can be made of a part.
    """
    end = start
    while True:
        word = text.rfind(" ", 0, max(end, 0)) + 1
        position = len(search_form(text[:word]))
        if position <= start:
            return word, position
        end -= position - start  # what comes before is longer in its search form


@lru_cache(maxsize=10_000)
def _folded_cluster(cluster: str) -> str:
    return search_form(cluster)
