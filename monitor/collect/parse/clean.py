"""What did they write?  Publishers' markup, links, dates and languages as plain, safe values."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import nh3

MAX_TITLE = 500  # characters, as are all of these
MAX_TEXT = 20_000
MAX_AUTHOR = 200
MAX_TAG = 100
MAX_TAGS = 50
MAX_GUID = 1_000
MAX_URL = 4_000
# Markup is looked at up to here: three times what is kept of it, and nesting costs by its square.
MAX_MARKUP = 60_000
# An entry without a headline takes this much of its text for one.
SUBSTITUTE_TITLE = 120

# Elements whose text nobody reads: scripts, forms, drawings, what browsers show on failure.
_UNREAD = {
    "head",
    "iframe",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
}
_TAGLESS = nh3.Cleaner(tags=set(), attributes={}, clean_content_tags=_UNREAD, link_rel=None)

# Where a reader sees a gap although the markup has none.
_BLOCK = re.compile(
    r"<(?=/?(?:address|article|aside|blockquote|br|caption|dd|div|dl|dt|figcaption|figure|footer"
    r"|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|table|td|th|tr|ul)\b)",
    re.IGNORECASE,
)
# A tag that a browser would act on.  Not every "<": headlines have "<3" and "x < y".
_MARKUP = re.compile(
    r"</?(?:a|abbr|acronym|address|applet|area|article|aside|audio|b|base|big|blockquote|body|br"
    r"|button|canvas|caption|center|cite|code|dd|del|details|dfn|dialog|div|dl|dt|em|embed|fieldset"
    r"|figcaption|figure|font|footer|form|frame|frameset|h[1-6]|head|header|hr|html|i|iframe|image"
    r"|img|input|ins|kbd|label|li|link|main|map|mark|marquee|math|meta|nav|nobr|noscript|object|ol"
    r"|option|p|param|picture|pre|q|s|samp|script|section|select|small|source|span|strike|strong"
    r"|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|time|title|tr|tt"
    r"|u|ul|var|video|wbr)(?=[\s/>])[^<>]*>?",
    re.IGNORECASE,
)
# With its semicolon only: "?a=1&copy=2" has no copyright sign in it.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
# Not for eyes: controls, the half of a pair, overrides of direction (which let a name read
# backwards), zero-width space, soft hyphen and byte-order mark (which hide words from a search).
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_BEFORE_NAME = re.compile(r"<(?=[a-zA-Z/!?])")

_HOSTLESS = re.compile(r"https?:(?!//[^/])", re.IGNORECASE)

_LANGUAGE = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<rest>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.IGNORECASE | re.ASCII,
)
_NO_LANGUAGE = {"und", "mul", "mis", "zxx"}
# Three letters where two are the rule, and countries taken for languages.
_MEANT = {
    "eng": "en",
    "rus": "ru",
    "ukr": "uk",
    "ua": "uk",
    "kor": "ko",
    "kr": "ko",
    "jpn": "ja",
    "jp": "ja",
    "zho": "zh",
    "chi": "zh",
    "cn": "zh",
    "deu": "de",
    "ger": "de",
    "fra": "fr",
    "fre": "fr",
    "spa": "es",
    "por": "pt",
    "ita": "it",
    "pol": "pl",
}


def plain_text(text: str, *, limit: int, markup: bool = False) -> str:
    """One line of plain text: no tags, entities, control or direction characters.

    `markup` says that it is HTML; text that only looks so is treated so too, and entities that
    were written twice are decoded twice.  What could still be read as a tag gets a space after
    its "<": the result does nothing even where somebody forgets to escape it.
    """
    text = _INVISIBLE.sub("", text[:MAX_MARKUP])
    for _ in range(2):
        if markup or _MARKUP.search(text):
            text = _decoded(_TAGLESS.clean(_BLOCK.sub(" <", text)))
            markup = False
        elif _ENTITY.search(text):
            text = _decoded(text)
        else:
            break
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return shorten(_BEFORE_NAME.sub("< ", " ".join(text.split())), limit)


def single_line(text: str, limit: int) -> str:
    """One line of text that is plain already, without control and direction characters."""
    return shorten(" ".join(_INVISIBLE.sub("", text).split()), limit)


def _decoded(text: str) -> str:
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words where there are any, and marked as cut."""
    if len(text) <= limit:
        return text
    between = text.rfind(" ", limit // 2, limit)
    return text[: between if between > 0 else limit - 1].rstrip() + "…"


def clean_tags(names: Iterable[str]) -> tuple[str, ...]:
    """Each once, in order, and not without end."""
    cleaned = (plain_text(name, limit=MAX_TAG) for name in names)
    return tuple(dict.fromkeys(name for name in cleaned if name))[:MAX_TAGS]


def clean_guid(text: str) -> str | None:
    """The publisher's name for an entry; one too long to keep is kept as its digest."""
    text = _INVISIBLE.sub("", text).strip()
    if len(text) > MAX_GUID:
        return "sha256:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return text or None


def absolute_url(url: str, base: str = "") -> str | None:
    """An absolute http or https address that a person may be sent to, or None.

    `base` is where a relative one starts.  An address with a user name in it is dropped: it is
    there to look like another host.
    """
    url = re.sub(r"[\t\r\n]", "", _INVISIBLE.sub("", url)).strip()
    if _HOSTLESS.match(url):
        return None
    try:
        absolute = urljoin(base, url) if url else ""
        parts = urlsplit(absolute)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    absolute = "%20".join(absolute.split())
    return absolute if "\\" not in parts.netloc and len(absolute) <= MAX_URL else None


def language_tag(tag: str | None) -> str | None:
    """A language tag as BCP 47 writes it: "zh_hans-cn" → "zh-Hans-CN"; None if it is none."""
    match = _LANGUAGE.fullmatch((tag or "").strip().replace("_", "-"))
    if match is None:
        return None
    name = match["language"].lower()
    name = _MEANT.get(name, name)
    if name in _NO_LANGUAGE:
        return None
    script = f"-{match['script'].title()}" if match["script"] else ""
    region = f"-{match['region'].upper()}" if match["region"] else ""
    return f"{name}{script}{region}{match['rest'].lower()}"


def datetime_from_parts(parts: Sequence[int] | None) -> datetime | None:
    """The moment that feedparser's nine numbers (in UTC) name, or None if there is no such."""
    if not parts:
        return None
    try:
        year, month, day, hour, minute, second = parts[:6]
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (ValueError, OverflowError, TypeError):
        return None


def datetime_from_text(text: str) -> datetime | None:
    """The moment that an ISO date or time names, in UTC where it says nothing else, or None."""
    try:
        found = datetime.fromisoformat(text.strip())
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
