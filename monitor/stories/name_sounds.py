"""Phonetic keys of names: consonant classes that a name keeps in Latin, Cyrillic, Hangul and kana.

"Donnarumma" and "돈나룸마" have the same key.  Tables only, no transliteration library.  Chinese
names have no key: their readings are in the concept dictionary.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_SHORTEST = 3  # classes of a key; shorter ones are shared by chance

_KANA_PAIRS = re.findall(
    "([ァ-ヴー])([a-z]*)",
    "アaイiウuエeオoカkaキkiクkuケkeコkoサsaシsiスsuセseソsoタtaチtiツtuテteトto"
    "ナnaニniヌnuネneノnoハhaヒhiフfuヘheホhoマmaミmiムmuメmeモmoヤyaユyuヨyo"
    "ラraリriルruレreロroワwaヲoンnガgaギgiグguゲgeゴgoザzaジziズzuゼzeゾzo"
    "ダdaヂziヅzuデdeドdoバbaビbiブbuベbeボboパpaピpiプpuペpeポpoヴvu"
    "ァaィiゥuェeォoャyaュyuョyoッー",
)
_KANA: dict[str, str] = dict(_KANA_PAIRS)
_CYRILLIC_LETTERS = "абвгдезийклмнопрстуфхцчшщыэюяіїєґжъьё"
_CYRILLIC_SOUNDS = (
    "a b v g d e z i y k l m n o p r s t u f h ts ch sh sh y e yu ya i yi ye g zh - - yo"
)
_CYRILLIC = dict(zip(_CYRILLIC_LETTERS, _CYRILLIC_SOUNDS.split(), strict=True))
# The parts of Hangul syllables in the order of Unicode; "-" is none.
_LEAD_SOUNDS = "g k n d t r m b p s s - j j ch k t p h"
_VOWEL_SOUNDS = "a e ya ye eo e yeo ye o wa we we yo u wo we wi yu u ui i"
_FINAL_SOUNDS = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t"
_LEADS, _VOWELS, _FINALS = (
    sounds.split() for sounds in (_LEAD_SOUNDS, _VOWEL_SOUNDS, _FINAL_SOUNDS)
)
_DIGRAPHS = (
    ("ch", "s"), ("sh", "s"), ("zh", "s"), ("ts", "s"), ("ph", "f"), ("th", "t"), ("ck", "k"),
    ("ng", "n"), ("gi", "ji"), ("ge", "je"), ("ce", "se"), ("ci", "si"),
)  # fmt: skip
_CONSONANTS = "bpfvdtgkcqxjzslrmn"
_CLASSES = dict(zip(_CONSONANTS, "PPPPTTKKKKKSSSLLMN", strict=True))

_HANGUL_WORD = re.compile("[가-힣]{2,}")
_PARTICLE = re.compile(
    "(은|는|이|가|을|를|의|에|에서|에게|와|과|도|만|로|으로|서|측|씨|발|행|산|인|군|급|호|시|당|사|전|후|선)$"
)
_KATAKANA_WORD = re.compile("[ァ-ヴー]{3,}")
_CYRILLIC_NAME = re.compile("[А-ЯІЇЄҐ][а-яёіїєґ'-]{2,}")
_CYRILLIC_ENDING = re.compile("(a|u|om|e|y|oy|i|ami|ah|ov|oi|ym|omu|ogo|eva|ova)$")
_LATIN_NAME = re.compile("[A-Z][a-zA-ZÀ-ž'’-]{2,}")
_POSSESSIVE = re.compile("['’]s?$")


def name_keys(text: str, language: str) -> frozenset[str]:
    """The phonetic keys of what may be names: capitalised words, katakana words, Hangul words."""
    keys = {_consonants(name) for name in _romanised(text, language)}
    return frozenset(key for key in keys if len(key) >= _SHORTEST)


def _romanised(text: str, language: str) -> Iterator[str]:
    if language == "ko":
        for word in _HANGUL_WORD.findall(text):
            yield _hangul(word)
            yield _hangul(_PARTICLE.sub("", word))
    elif language == "ja":
        for word in _KATAKANA_WORD.findall(text):
            yield "".join(_KANA.get(character, "") for character in word)
    elif language in ("ru", "uk", "bg", "be"):
        for word in _CYRILLIC_NAME.findall(text):
            latin = "".join(_CYRILLIC.get(letter, "") for letter in word.lower()).replace("-", "")
            yield latin
            yield _CYRILLIC_ENDING.sub("", latin)
    for word in _LATIN_NAME.findall(text):
        yield _POSSESSIVE.sub("", word)


def _hangul(word: str) -> str:
    """The syllables in a plain romanisation."""
    syllables = []
    for character in word:
        number = ord(character) - 0xAC00
        lead, rest = divmod(number, 588)
        vowel, final = divmod(rest, 28)
        syllables.append(f"{_LEADS[lead]}{_VOWELS[vowel]}{_FINALS[final]}")
    return "".join(syllables).replace("-", "")


@lru_cache(maxsize=4096)  # names come again
def _consonants(latin: str) -> str:
    """The classes of the consonants in order; doubled consonants count once."""
    letters = unicodedata.normalize("NFD", latin.lower())
    letters = "".join(letter for letter in letters if "a" <= letter <= "z")
    for digraph, sound in _DIGRAPHS:
        letters = letters.replace(digraph, sound)
    classes, before = [], ""
    for letter in letters:
        name = _CLASSES.get(letter, "")
        if name and name != before:
            classes.append(name)
        before = name
    return "".join(classes)
