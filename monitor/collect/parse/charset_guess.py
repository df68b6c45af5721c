"""Character set guessing: Russian, Korean, Japanese, Chinese, Greek, Polish and Turkish sets.

Most of these languages have a few very frequent characters.  Decoded with a wrong set they are as
rare as any others, so the set that shows them often is the right one.  Polish and Turkish have few
letters beyond ASCII: in the right set there are no others.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

_SAMPLE = 40_000  # bytes from the start of the document
_MIN_FREQUENT = 4  # frequent characters; fewer occur by chance
_MAX_INVALID = 0.01  # share of invalid characters in a set that may still be the right one

_RUSSIAN = "оеаинтср"
_GREEK = "άέήίόύώ"  # one in each word; in other alphabets these octets are rare letters
_KANA = "".join(map(chr, range(0x3041, 0x30FB)))
_HANGUL = (
    "이다의는에을가고한하지기로사인도은를대서정시자으어나아수일리해전보들그과부원게장제스있주상라것만조"
    "구미공국성여동비안선면신적북유세관오경"
)
_SIMPLIFIED = (
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里"
    "后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已从动两"
    "长知民现分将外但高法实新工业俄军"
)
_TRADITIONAL = (
    "的一是不了在人有我他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可她裡"
    "後小麼心多天而能好都然沒日於起還發成事只作當想看文無開手十用主行方又如前所本見經頭面公同三已從動兩"
    "長知民現分將外但高法實新工業俄軍"
)


@dataclass(frozen=True, slots=True)
class _Charset:
    codec: str
    frequent: frozenset[str]
    min_share: float  # of the non-ASCII characters, at least this share is frequent


_CHARSETS = tuple(
    _Charset(codec, frozenset(frequent), min_share)
    for codec, frequent, min_share in (
        ("cp1251", _RUSSIAN, 0.33),  # Ukrainian has 0.39; Greek and Hebrew decoded so have 0.28
        ("koi8-u", _RUSSIAN, 0.33),
        ("cp1253", _GREEK, 0.09),
        ("cp949", _HANGUL, 0.25),
        ("cp932", _KANA, 0.25),
        ("euc_jp", _KANA, 0.25),
        ("gb18030", _SIMPLIFIED, 0.12),
        ("big5hkscs", _TRADITIONAL, 0.12),
    )
)
_BY_CODEC = {charset.codec: charset for charset in _CHARSETS}
# The letters beyond ASCII of languages that have few of them, in lower case.
_ALPHABETS = (
    ("cp1250", frozenset("ąćęłńóśźż")),
    ("iso8859-2", frozenset("ąćęłńóśźż")),
    ("cp1254", frozenset("çğıöşü\u0307")),  # the last is what lower case makes of İ
)
_MIN_DIFFERENT = 4  # letters of an alphabet; fewer may be those of a Western language
_ALPHABET_SHARE = 0.9
_MIN_SYLLABLES = 6


def guess_charset(body: bytes) -> str | None:
    """Return the Python codec of the most likely set, or None when none is likely enough."""
    sample = body[:_SAMPLE]
    likely = max(_CHARSETS, key=lambda charset: _likelihood(sample, charset))
    if _likelihood(sample, likely) >= 1:
        return likely.codec
    return "cp949" if _is_korean(sample) else _guess_by_alphabet(sample)


def is_guessable(codec: str) -> bool:
    """Whether texts in this set are known by their frequent characters."""
    return codec in _BY_CODEC


def is_less_likely(codec: str, guess: str, body: bytes) -> bool:
    """Whether the text is unlikely in the set `codec` and clearly likelier in `guess`.

    Only for sets that are guessed by frequent characters; in upper case it must hold as well.
    """
    declared, guessed = _BY_CODEC.get(codec), _BY_CODEC.get(guess)
    if declared is None or guessed is None or declared is guessed:
        return False
    sample = body[:_SAMPLE]
    return _likelihood(sample, declared) < 1 and _likelihood(
        sample, guessed, fold=True
    ) > 1.3 * _likelihood(sample, declared, fold=True)


def _is_korean(sample: bytes) -> bool:
    """Whether all that is not ASCII are Hangul syllables of EUC-KR: short texts as well."""
    text = sample.decode("cp949", "replace")
    letters = [letter for letter in text if not letter.isascii()]
    return len(letters) >= _MIN_SYLLABLES and all("가" <= letter <= "힣" for letter in letters)


def _guess_by_alphabet(sample: bytes) -> str | None:
    """The set in which nearly all letters beyond ASCII belong to one alphabet; else None."""
    for codec, alphabet in _ALPHABETS:
        text = sample.decode(codec, "replace").lower()
        letters = [letter for letter in text if letter > "\u00a0" and letter not in "«»“”„’–—…"]
        own = [letter for letter in letters if letter in alphabet]
        has_variety = len(set(own)) >= _MIN_DIFFERENT
        if has_variety and len(own) >= _ALPHABET_SHARE * len(letters):
            return codec
    return None


def _likelihood(sample: bytes, charset: _Charset, *, fold: bool = False) -> float:
    """The share of frequent characters relative to the expected minimum; 1 or more is likely.

    `fold` counts them in upper case as well.
    """
    text = sample.decode(charset.codec, "replace")
    if fold:
        text = text.lower()
    letters = [letter for letter in text if not letter.isascii()]
    if not letters or letters.count("\ufffd") > _MAX_INVALID * len(letters) + 1:
        return 0.0
    following = [
        letter
        for previous, letter in pairwise(text)
        if not (previous.isascii() or letter.isascii())
    ]
    frequent = sum(letter in charset.frequent for letter in following)
    # Non-ASCII letters that mostly stand between ASCII ones are accents: "déjà".
    is_words = len(following) * 2 >= len(letters) and frequent >= _MIN_FREQUENT
    return frequent / len(letters) / charset.min_share if is_words else 0.0
