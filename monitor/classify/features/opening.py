"""Text normalisation: an article's title and opening without mark-up, folded for matching."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

# Characters of the title and of the body that training reads; longer bodies give worse weights.
TITLE_CHARACTERS = 300
BODY_CHARACTERS = 250
# Characters of the body in the views of an article (`views`).
SHORT_BODY_CHARACTERS, LONG_BODY_CHARACTERS = 150, 600
# Raw characters that are processed to get them: enough for an opening after mark-up.
RAW_CHARACTERS = 4_000

# The same for a text without mark-up, as the texts of parsed feeds are: characters beyond the body.
_OPENING_MARGIN = 450
_MARKUP = re.compile("[<&]")

_TAG = re.compile(r"<[a-zA-Z/!?][^<>]{0,500}>")
_DOTS = re.compile("[\u318d\u2027\u30fb\uff65\u2022\u22c5]")
_DROPPED = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff]+")
# One character for those that newsrooms use interchangeably; each replaces exactly one.
_SAME = dict(zip("’ʼ‘`´‐‑‒–—―−ё", "'''''-------е", strict=True))
_ALIKE = re.compile(f"[{''.join(_SAME)}]")
_ABBREVIATIONS = (
    "Mr Ms Dr St Lt No Vs Im Ul Hr Fr Gen Col Maj Sen Rep Gov Jan Feb Aug Sep Oct Nov Dec Mrs Mgr"
    " vs no ul im ул bzw płk gen min mln тыс млн руб им г ст"
)
_STOP = "[.!?…]"
_NOT_AFTER = "".join(rf"(?<!\b{word}{_STOP})" for word in _ABBREVIATIONS.split())
# All that can end a sentence comes first, in one set: to search for it takes less than half of the
# time that the alternatives, which look back at it, take one after another.
_SENTENCE_END = re.compile(
    # A full stop that ends neither an initial nor an abbreviation, before a capital, digit or quote
    rf"[.!?…。！？ \n](?:(?<={_STOP})(?<![\s.(][^\W\d_]{_STOP}){_NOT_AFTER}{_STOP}*"
    r"""["'”»)\]]*\s+(?=["'“«„(\[]?[^\Wa-zа-яёіїєґąćęłńóśźżäöüßéèêàçñáíúđ_])"""
    # full stops of Han and kana; the end of a line; a bar between headlines.
    r"|(?<=[。！？])[。！？]*[」』”)]*(?=.)|(?<=\n)\n*|(?<=[ \n])[|▲■◆●]\s)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningText:
    """An article's title and opening, for display and for matching.

    `folded` is as long as `shown`: an offset in one is the same offset in the other.
    """

    shown: str  # title, newline, opening
    folded: str  # lower case, look-alikes unified
    title_end: int  # offset of the newline
    sentences: tuple[int, ...]  # start of each sentence but the first, ascending

    @property
    def body_characters(self) -> int:
        """The length of the opening, without the title."""
        return len(self.shown) - self.title_end - 1


def prepare_opening(title: str, text: str, *, characters: int = BODY_CHARACTERS) -> OpeningText:
    """Clean, cut and fold one article, its body to `characters`.  Accepts any two strings."""
    heading = normalize(title)[:TITLE_CHARACTERS]
    opening = normalize(_opening(text, characters + _OPENING_MARGIN))
    body = _without(heading, opening)
    if (
        len(opening) < TITLE_CHARACTERS or len(body) <= characters
    ):  # the cut may have removed judged text
        body = _without(heading, normalize(text))
    shown = f"{heading}\n{_cut(body, characters)}"
    return OpeningText(
        shown=shown,
        folded=fold_characters(shown),
        title_end=len(heading),
        sentences=tuple(match.end() for match in _SENTENCE_END.finditer(shown)),
    )


def _opening(text: str, characters: int) -> str:
    """The start of a text, long enough in most cases; "" when mark-up makes a cut unsafe."""
    end = text.rfind(" ", 0, characters)
    return text[:end] if end > 0 and not _MARKUP.search(text, 0, end) else ""


def _without(heading: str, body: str) -> str:
    """The body without the repeated headline that many feeds put first."""
    if heading and body.startswith(heading):
        return body[len(heading) :].lstrip(" .:-–—|")
    return body


def normalize(raw: str) -> str:
    """Return one line in NFKC form, without mark-up, control and invisible characters."""
    text = raw[:RAW_CHARACTERS]
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub(" ", text)
    text = unicodedata.normalize("NFKC", _DOTS.sub("·", text))
    if not text.isascii():
        text = _DROPPED.sub("", text)
    return " ".join(_CONTROL.sub(" ", text).split())


def is_normalized(text: str) -> bool:
    """Whether `normalize` leaves this text as it is, but for its white space and its dots."""
    if text.isascii():
        return "&" not in text and "<" not in text and text.isprintable()
    return (
        unicodedata.is_normalized("NFKC", text)
        and "&" not in text
        and "<" not in text
        and not _DROPPED.search(text)
        and not _CONTROL.search(text)
    )


def fold_characters(text: str) -> str:
    """Return the text in lower case with look-alikes unified; its length does not change."""
    lowered = text.lower()
    if len(lowered) != len(text):  # the Turkish dotted capital becomes two characters
        lowered = "".join(_lower(character) for character in text)
    # `str.translate` would be slower: it looks up every character, of which few change.
    return _ALIKE.sub(lambda match: _SAME[match[0]], lowered)


def _lower(character: str) -> str:
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character


def _cut(text: str, limit: int) -> str:
    """The first `limit` characters, cut at a space if there is one near the end."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    space = head.rfind(" ", limit - 25)
    return head[:space] if space > 0 else head
