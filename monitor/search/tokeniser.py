"""Search tokeniser: one for the index and for questions, in every script.

A text becomes words.  A script that is written without spaces, or with particles attached (Han,
kana, Hangul, Thai), becomes overlapping pairs of signs, and the last sign of a run alone:
"북한군" is 북한, 한군, 군.  A question of two or more signs is then a phrase of pairs, a question
of one sign the beginning of a pair.  The search is more tolerant than keyword rules: punctuation
between words does not count, and neither do the accents of Latin letters.  What rules drop within
a word, such as a soft hyphen or a vowel sign of Arabic, is dropped here as well.  Whatever a
keyword rule matches within a headline or a text, the same words find here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add

from monitor.text.search_form import folded_letter

VERSION = 2  # of the tokens; an index with another version is rebuilt
MAX_TEXT = 20_000  # characters of a text that are indexed, as for keyword rules
LONGEST_TOKEN = 64  # characters; the rest is cut off, in questions too
_MOST_USUAL, _LONGEST_USUAL = 10_000, 16  # words that are remembered, and their characters
_LONG_ON_AVERAGE = 10  # characters

_SIGNS = (  # Thai, Hangul, kana and Han, as in keyword rules, and their rarer blocks
    "\u0e00-\u0e7f\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u3400-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUNS = re.compile(rf"([{_SIGNS}]+)|([^ {_SIGNS}]+)")  # signs, or a word
_IS_SIGN = re.compile(rf"[{_SIGNS}]")
_COMBINING = range(0x300, 0x370)  # accents that NFC leaves beside their letter


class _Folding(dict[int, str]):
    """Code point → its folded form: a space for what is no letter, digit, mark or underscore."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(chr(code))
        return folded


def _fold(character: str) -> str:
    """The folded form of one character of a text in NFC."""
    kind = unicodedata.category(character)[0]
    if ord(character) in _COMBINING or not folded_letter(character):
        return ""
    if kind == "M" or character == "_":
        return character
    if kind not in "LN":
        return " "  # also "㎏", which is no letter: NFKC would make it one
    folded = unicodedata.normalize("NFKC", character).casefold()
    folded = "".join(_without_accent(part) for part in unicodedata.normalize("NFC", folded))
    letters = "".join(part for part in folded if not part.isascii() or part.isalnum())
    return "".join(letters.split()) or " "  # some ligatures contain spaces


def _without_accent(letter: str) -> str:
    """A Latin letter without its accents; "ё" is "е"; other letters as they are."""
    if letter == "ё":
        return "е"
    letter = folded_letter(letter)
    parts = unicodedata.normalize("NFD", letter)
    if len(parts) > 1 and parts[0].isascii():
        return parts[0]
    # nothing is left of a point or accent that normalisation takes off a presentation form
    return "" if not letter or ord(letter) in _COMBINING else letter


_FOLDING = _Folding()


@dataclass(frozen=True, slots=True)
class Phrase:
    """The tokens of a question in a row; `is_prefix`: the last is the beginning of one."""

    tokens: tuple[str, ...]
    is_prefix: bool = False


def index_tokens(text: str) -> list[str]:
    """The tokens of a text in order, for the index."""
    words = text.split()
    if len(text) > _LONG_ON_AVERAGE * len(words):  # sentences without spaces, which do not recur
        return _tokens_in(text)
    # no token, sign or accent goes on behind white space
    return " ".join(map(_tokens_of_word, words)).split()


def _tokens_in(text: str) -> list[str]:
    folded = _folded(text)
    if folded.isascii() or not _IS_SIGN.search(folded):
        return [word[:LONGEST_TOKEN] for word in folded.split()]
    return _tokens(_RUNS.findall(folded))


def _tokens_of_word(word: str) -> str:
    """The tokens of a text without white space, between spaces."""
    return _remembered(word) if len(word) <= _LONGEST_USUAL else " ".join(_tokens_in(word))


@lru_cache(maxsize=_MOST_USUAL)
def _remembered(word: str) -> str:
    """Folding letter by letter is most of the work, and most words of the news recur."""
    return " ".join(_tokens_in(word))


def question_phrase(words: str, *, any_ending: bool = False) -> Phrase:
    """The tokens that find these words in a row; none where they hold no letter or digit."""
    runs: list[tuple[str, str]] = _RUNS.findall(_folded(words))
    if not runs:
        return Phrase(())
    signs, word = runs.pop()
    tokens = _tokens(runs)
    if word:
        return Phrase((*tokens, word[:LONGEST_TOKEN]), any_ending)
    if len(signs) == 1:
        return Phrase((*tokens, signs), is_prefix=True)
    return Phrase((*tokens, *_pairs(signs)))


def _folded(text: str) -> str:
    """The text in the spelling of tokens, with spaces between its words."""
    return unicodedata.normalize("NFC", text).translate(_FOLDING)


def _tokens(runs: Sequence[tuple[str, str]]) -> list[str]:
    """The tokens of runs, each of which is either signs or a word."""
    tokens: list[str] = []
    for signs, word in runs:
        if signs:
            tokens += _pairs(signs)
            tokens.append(signs[-1])
        else:
            tokens.append(word[:LONGEST_TOKEN])
    return tokens


def _pairs(signs: str) -> list[str]:
    return list(map(add, signs, signs[1:]))
