"""Sanitizing of text from outside for mails, headers and links: control characters, length."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

# Characters that end a header line, change the reading direction or can't be encoded; a headline
# may contain any of them.  Each becomes a space.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2061-\u206f\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
# Characters that are invisible inside a word (soft hyphen, zero-width space, word joiner, byte
# order mark); removed, so that the word stays whole.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
# Characters that must be escaped in a URL inside a mail; letters of any script need not.
_ESCAPED_IN_URL = re.compile(r"[\s\"'<>\\^`{|}]")
# An address of plain letters as nearly all are: nothing in it has to be escaped or looked at.
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(/[A-Za-z0-9/._~%&=?#:@!$+,;*()-]*)?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
_RIGHT_TO_LEFT = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi")
)

# Browsers and mail programs cut longer URLs, and half a URL leads elsewhere.
LONGEST_URL_BYTES = 2_000

# Of a feed, a topic, a theme or a subscription, in a message or a published item.
_LONGEST_NAME = 120  # characters


def line(text: str, limit: int | None = None) -> str:
    """One line of printable text that encodes as UTF-8, of at most `limit` characters."""
    if text.isprintable() and "  " not in text:  # nearly all texts: nothing unsafe is printable
        visible = text.strip(" ")
    else:
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
    while end > 0 and unicodedata.combining(text[end]):  # accents stay with their letter
        end -= 1
    cut = text[:end]
    space = cut.rfind(" ")
    if space > len(cut) * 0.7:  # in scripts without spaces the cut is anywhere
        cut = cut[:space]
    return cut.rstrip(" ,;:–—-") + "…"


def header(text: str, limit: int = 200) -> str:
    """A line for a mail header, without encoded words of its own.

    "=?" starts an encoded word: some CPython versions decode one inside a headline, with its line
    ends, and so add a header of the publisher's choice (CVE-2024-6923).
    """
    return line(line(text).replace("=?", "= ?"), limit)


def body(text: str) -> str:
    """A text of several lines that every mail server accepts: only line feeds are kept."""
    return "\n".join(_UNSAFE.sub(" ", part) for part in text.split("\n"))


def link(url: str | None) -> str | None:
    """An http(s) URL that is safe inside a mail, or None; other schemes could run code."""
    if url and len(url) <= LONGEST_URL_BYTES and _PLAIN_URL.fullmatch(url):
        return url
    if not url or _UNSAFE.search(url) or len(url.encode()) > LONGEST_URL_BYTES:
        return None
    escaped = _ESCAPED_IN_URL.sub(lambda match: quote(match[0]), url.strip())
    try:
        parts = urlsplit(escaped)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # "http://[", a port that is not a number
        return None
    return escaped if usable else None


def language_tag(language: str | None) -> str:
    """The BCP 47 tag if it is valid in an HTML attribute, else ""."""
    return language if language and _LANGUAGE.fullmatch(language) else ""


def direction(language: str | None) -> str:
    """The HTML `dir` of a language: "ltr", "rtl", or "auto" when it is unknown."""
    tag = language_tag(language)
    if not tag:
        return "auto"
    return "rtl" if tag.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"
