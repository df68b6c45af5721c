"""How does an article read, once mark-up, odd letters and everything but the opening are gone?"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

# Characters of the title and of the body that are judged: longer bodies judge worse (SIGNAL, 4).
TITLE_CHARACTERS = 300
BODY_CHARACTERS = 250
# Raw characters looked at to find them: enough for a lead behind mark-up, little for a megabyte.
_RAW_CHARACTERS = 4_000

# The same for a text without mark-up, as feeds' are by now.
_OPENING = 700
_MARKUP = re.compile("[<&]")

_TAG = re.compile(r"<[a-zA-Z/!?][^<>]{0,500}>")
_DOTS = re.compile("[\u318d\u2027\u30fb\uff65\u2022\u22c5]")
_DROPPED = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff]+")
# One sign for what newsrooms write in several ways; every one stands for one character.
_SAME = dict(zip("’ʼ‘`´‐‑‒–—―−ё", "'''''-------е", strict=True))
_ALIKE = re.compile(f"[{''.join(_SAME)}]")
_ABBREVIATIONS = (
    "Mr Ms Dr St Lt No Vs Im Ul Hr Fr Gen Col Maj Sen Rep Gov Jan Feb Aug Sep Oct Nov Dec Mrs Mgr"
    " vs no ul im ул bzw płk gen min mln тыс млн руб им г ст"
)
_NOT_AFTER = "".join(rf"(?<!\b{word})" for word in _ABBREVIATIONS.split())
_SENTENCE_END = re.compile(
    # A full stop that is no initial's and no abbreviation's, before a capital, a digit or a quote
    # (looked ahead to first: else every place of the text is tried against every abbreviation);
    rf"""(?=[.!?…])(?<![\s.(][^\W\d_]){_NOT_AFTER}[.!?…]+["'”»)\]]*\s+(?=["'“«„(\[]?[^\Wa-zа-яёіїєґąćęłńóśźżäöüßéèêàçñáíúđ_])"""
    # the full stops of Han and kana; a line's end; a bar between headlines.
    r"|[。！？]+[」』”)]*(?=.)|\n+|\s[|▲■◆●]\s"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningText:
    """An article's title and opening, as people read it and as it is matched.

    `folded` has the length of `shown`: a place in one is the same place in the other.
    """

    shown: str  # title, newline, opening
    folded: str  # lower case, one sign for look-alikes
    title_end: int  # where the newline stands
    sentences: tuple[int, ...]  # where each sentence but the first begins, ascending


def prepare_opening(title: str, text: str) -> OpeningText:
    """Cut, clean and fold one article.  Any two strings will do."""
    heading = normalize(title)[:TITLE_CHARACTERS]
    opening = normalize(_opening(text))
    body = _without(heading, opening)
    if len(opening) < TITLE_CHARACTERS or len(body) <= BODY_CHARACTERS:  # there may be more to it
        body = _without(heading, normalize(text))
    shown = f"{heading}\n{_cut(body, BODY_CHARACTERS)}"
    return OpeningText(
        shown=shown,
        folded=fold_characters(shown),
        title_end=len(heading),
        sentences=tuple(match.end() for match in _SENTENCE_END.finditer(shown)),
    )


def _opening(text: str) -> str:
    """As much of a text as says what is judged, mostly; cut where its cleaning can't tell."""
    end = text.rfind(" ", 0, _OPENING)
    return text[:end] if end > 0 and not _MARKUP.search(text, 0, end) else ""


def _without(heading: str, body: str) -> str:
    """The body without the headline, which many feeds repeat."""
    if heading and body.startswith(heading):
        return body[len(heading) :].lstrip(" .:-–—|")
    return body


def normalize(raw: str) -> str:
    """One line of composed characters, without mark-up, control and invisible characters."""
    text = raw[:_RAW_CHARACTERS]
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub(" ", text)
    text = unicodedata.normalize("NFKC", _DOTS.sub("·", text))
    if not text.isascii():
        text = _DROPPED.sub("", text)
    return " ".join(_CONTROL.sub(" ", text).split())


def fold_characters(text: str) -> str:
    """Lower case with one sign for look-alikes; as long as the text itself."""
    lowered = text.lower()
    if len(lowered) != len(text):  # the Turkish dotted capital becomes two characters
        lowered = "".join(low if len(low := sign.lower()) == 1 else sign for sign in text)
    # not `translate`, which looks up every letter: nearly all stand for themselves
    return _ALIKE.sub(lambda sign: _SAME[sign[0]], lowered)


def _cut(text: str, limit: int) -> str:
    """The opening, without a word cut in two where words are spaced."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    space = head.rfind(" ", limit - 25)
    return head[:space] if space > 0 else head
