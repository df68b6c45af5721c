"""Text from outside, made safe for one line of a mail, a header or a link."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

# What ends a header line, turns the reading direction around, or can't be encoded: a headline
# may hold any of it.  Each becomes a space.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2061-\u206f\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
# What is invisible inside a word (soft hyphen, zero-width space, word joiner, byte order mark):
# dropped, so that the word stays whole.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
# What must not stand bare in an address inside a mail; letters of any script may.
_NOT_IN_ADDRESS = re.compile(r"[\s\"'<>\\^`{|}]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
_RIGHT_TO_LEFT = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi")
)

# Browsers and mail programs cut longer addresses, and half an address leads elsewhere.
LONGEST_ADDRESS_BYTES = 2_000

# Of a feed, a topic, a theme or a subscription, in a message or a published item.
_LONGEST_NAME = 120  # characters


def line(text: str, limit: int | None = None) -> str:
    """One line of printable text, cut to `limit` characters: never raises, encodes as UTF-8."""
    visible = " ".join(_UNSAFE.sub(" ", _INVISIBLE.sub("", text)).split())
    return visible if limit is None else shortened(visible, limit)


def name(text: str) -> str:
    """The name of a feed, topic, theme or subscription as one line of at most 120 characters."""
    return line(text, _LONGEST_NAME)


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut after a word where one ends near, with "…" for the rest."""
    if len(text) <= limit:
        return text
    end = limit - 1
    while end > 0 and unicodedata.combining(text[end]):  # a letter keeps its accents
        end -= 1
    cut = text[:end]
    space = cut.rfind(" ")
    if space > len(cut) * 0.7:  # scripts without spaces are cut where they stand
        cut = cut[:space]
    return cut.rstrip(" ,;:–—-") + "…"


def header(text: str, limit: int = 200) -> str:
    """A line that stays itself in a mail header.

    "=?" opens an encoded word: some CPython versions decode one that stands in a headline, line
    ends and all, and so add a header of the publisher's choice (CVE-2024-6923).
    """
    return line(line(text).replace("=?", "= ?"), limit)


def body(text: str) -> str:
    """A text of several lines that every mail server takes: line feeds stay, the rest is safe."""
    return "\n".join(_UNSAFE.sub(" ", part) for part in text.split("\n"))


def link(url: str | None) -> str | None:
    """An http(s) address that can stand in a mail as it is, or None: every other scheme runs."""
    if not url or _UNSAFE.search(url) or len(url.encode()) > LONGEST_ADDRESS_BYTES:
        return None
    address = _NOT_IN_ADDRESS.sub(lambda match: quote(match[0]), url.strip())
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # "http://[", a port that is no number
        return None
    return address if usable else None


def language_tag(language: str | None) -> str:
    """A BCP 47 tag fit for an attribute, or an empty text when unknown."""
    return language if language and _LANGUAGE.fullmatch(language) else ""


def direction(language: str | None) -> str:
    """Which way the language is written: "ltr", "rtl", or "auto" when it is unknown."""
    tag = language_tag(language)
    if not tag:
        return "auto"
    return "rtl" if tag.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"
