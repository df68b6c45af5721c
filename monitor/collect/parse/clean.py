"""Cleaning of feed values: markup, addresses, dates and language tags as plain, safe values."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

import nh3

from monitor.text.placeholders import is_placeholder

MAX_TITLE = 500  # characters, as all limits here but MAX_TAGS
MAX_TEXT = 20_000
MAX_AUTHOR = 200
MAX_TAG = 100
MAX_TAGS = 50
MAX_GUID = 1_000
MAX_URL = 4_000
# Markup beyond this is cut off: three times MAX_TEXT; the cost of nesting grows with its square.
MAX_MARKUP = 60_000
# The headline of an entry without one: this much of its text.
SUBSTITUTE_TITLE = 120

# Elements whose text readers do not see: scripts, forms, drawings, fallbacks of browsers.
_UNSEEN = {
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
_TAGLESS = nh3.Cleaner(tags=set(), attributes={}, clean_content_tags=_UNSEEN, link_rel=None)

# Elements that a browser separates from the text before, although the markup has no space.
_BLOCK = re.compile(
    r"<(?=/?(?:address|article|aside|blockquote|br|caption|dd|div|dl|dt|figcaption|figure|footer"
    r"|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|table|td|th|tr|ul)\b)",
    re.IGNORECASE,
)
# Elements of HTML, of today and of old.
_ELEMENT = (
    r"a|abbr|acronym|address|applet|area|article|aside|audio|b|base|basefont|bdi|bdo|bgsound"
    r"|big|blink|blockquote|body|br|button|canvas|caption|center|cite|code|col|colgroup|dd|del"
    r"|details|dfn|dialog|dir|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form"
    r"|frame|frameset|h[1-6]|head|header|hgroup|hr|html|i|iframe|image|img|input|ins|isindex"
    r"|kbd|keygen|label|legend|li|link|listing|main|map|mark|marquee|math|menu|meta|meter|nav"
    r"|nobr|noembed|noframes|noscript|object|ol|optgroup|option|p|param|picture|plaintext|pre"
    r"|q|rb|rp|rt|rtc|ruby|s|samp|script|section|select|small|source|spacer|span|strike|strong"
    r"|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|time|title|tr"
    r"|tt|u|ul|var|video|wbr|xmp"
)
_CODE = {"script", "style"}
_VOID = {
    "area", "base", "br", "embed", "hr", "image", "img", "input", "link", "meta", "param", "source",
    "wbr",
}  # fmt: skip
# A tag that a browser would act on.  Not every "<": headlines have "<3" and "x < y".
_MARKUP = re.compile(rf"</?(?:{_ELEMENT})(?=[\s/>])[^<>]*>?", re.IGNORECASE)
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)(?P<rest>[^<>]*)(?P<closed>>?)")
_ATTRIBUTE = re.compile(r"\s[\w:-]+\s*=")
_DECLARATION = re.compile(r"<(?=[!?])")
# The marks of a CDATA section that a generator escaped by mistake, or a browser commented out.
_CDATA_MARK = re.compile(r"<!(?:--)?\[CDATA\[|\]\](?:--)?>")
# Pictures written into the text, in lines as well as in one piece.
_DATA_URL = re.compile(
    r"data:[\w/+.;=-]{0,100},\s*(?:[^\s\"'<>)]{200,}|[\w/+=%]{30,})(?:\s+[\w/+=%]{30,})*"
    r"(?:\s+[\w/+=%]+(?=[\"')]))?"
)

# What no reader sees of a long document: it must not push the words behind `MAX_MARKUP`.
_LONG_VALUE = re.compile(r"=\s*(?:\"[^\"]{500,}\"|'[^']{500,}')")
_LONG_BLANK = re.compile(r"\s{100,}")
_SECTIONS = (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"), ("<svg", "</svg"))

# Markup of which nothing but the tags is dropped, and whose tags do not move a text elsewhere, as
# tables do: known elements, closed tags, usual character references.  Most texts have no other.
_SIMPLE_ELEMENT = (
    r"a|abbr|b|big|blockquote|br|center|cite|code|del|div|dl|dt|dd|em|figcaption|figure|font|h[1-6]"
    r"|hr|i|img|ins|li|mark|ol|p|q|s|section|small|span|strike|strong|sub|sup|time|u|ul|wbr"
)
_SIMPLE_TAG = (
    rf"</?(?:{_SIMPLE_ELEMENT})"
    r"(?:\s++[\w:.-]++(?:\s*+=\s*+(?:\"[^\"<>]*+\"|'[^'<>]*+'|[^\s\"'<>=`/]++))?+)*+\s*+/?>"
)
_SIMPLE_REFERENCE = (
    r"&(?:amp|lt|gt|quot|nbsp|[lr]aquo|[lr][sd]quo|[mn]dash|hellip|bull|middot|copy|reg|trade|euro"
    r"|#(?:3[2-9]|[4-9]\d|1[01]\d|12[0-6]|1[6-9]\d|[2-9]\d\d|[1-9]\d{3}|[1-4]\d{4})"
    r"|#x(?:[2-6][0-9a-fA-F]|20[0-9a-fA-F]{2}));"
)
_SIMPLE_MARKUP = re.compile(
    rf"(?:[^<&]++|{_SIMPLE_TAG}|{_SIMPLE_REFERENCE})*+", re.ASCII | re.IGNORECASE
)
_ANY_TAG = re.compile(r"<[^>]*>")

# Only with a semicolon: "?a=1&copy=2" contains no copyright sign.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
# Invisible characters: controls, lone surrogates, direction overrides (which make a name appear
# reversed), zero-width space, soft hyphen and byte-order mark (which hide words from a search).
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_BEFORE_NAME = re.compile(r"<(?=[a-zA-Z/!?])")

# "www.example.org/news": the address of a host, not one relative to the feed's.
_SCHEMELESS = re.compile(r"www\.[\w-]+\.\w", re.IGNORECASE)
_HOSTLESS = re.compile(r"https?:(?!//[^/])", re.IGNORECASE)

_LANGUAGE = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<rest>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.IGNORECASE | re.ASCII,
)
_NO_LANGUAGE = {"und", "mul", "mis", "zxx"}
# Three-letter codes that have a two-letter form, and country codes used as languages.
_LANGUAGE_ALIASES = {
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
    """Return one line of plain text: no tags, entities, control or direction characters.

    `markup` says that the text is HTML; text that looks like HTML is treated alike, and entities
    that were escaped twice are decoded twice.  A supposed tag that is a word of the text stays
    ("Why the <script> tag is slow").  A "<" that could still begin a tag gets a space after it:
    the result is harmless even where a page forgets to escape it.
    """
    text = _DATA_URL.sub("", text)
    if len(text) > MAX_MARKUP:
        text = _without_unseen(text)[:MAX_MARKUP]
    text = _INVISIBLE.sub("", text)
    for _ in range(2):
        if "[CDATA[" in text or "]]" in text:  # else the pattern stops at every tag
            text, marks = _CDATA_MARK.subn(" ", text)
            if marks:
                text = text.rstrip().removesuffix("]]")  # of a section within another
        if markup or _MARKUP.search(text):
            is_simple = markup and _SIMPLE_MARKUP.fullmatch(text)
            text = _simple_text(text) if is_simple else _tagless_text(text, is_html=markup)
            markup = False
        elif _ENTITY.search(text):
            text = _decoded(text)
        else:
            break
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if not line.isprintable():  # invisible characters are not
        line = " ".join(_INVISIBLE.sub("", line).split())
    return shorten(_BEFORE_NAME.sub("< ", line), limit)


def _tagless_text(text: str, *, is_html: bool) -> str:
    """The text that a browser shows for any markup."""
    text = _with_words_escaped(text, is_html=is_html)
    return _decoded(_TAGLESS.clean(_BLOCK.sub(" <", text)))


def _simple_text(text: str) -> str:
    """The same for simple markup, in a third of the time."""
    return html.unescape(_ANY_TAG.sub("", _BLOCK.sub(" <", text)))


def _without_unseen(text: str) -> str:
    """The markup without comments, scripts, styles, drawings, long attributes and long blanks."""
    text = _LONG_VALUE.sub('=""', _LONG_BLANK.sub(" ", text))
    for start, end in _SECTIONS:
        text = without_sections(text, start, end)
    return text


def _with_words_escaped(text: str, *, is_html: bool) -> str:
    """The markup with "<" escaped where it begins no tag, so that no word after it is lost.

    In text that only looks like HTML, a bare tag without its counterpart is a word.
    """
    comment_end, any_end = text.rfind("-->"), text.rfind(">")

    def declaration(mark: re.Match[str]) -> str:
        end = comment_end if text.startswith("<!--", mark.start()) else any_end
        return "<" if mark.start() < end else "&lt;"

    text = _DECLARATION.sub(declaration, text)
    last_end = {tag["name"].lower(): tag.start() for tag in _TAG.finditer(text) if tag["end"]}
    opened: set[str] = set()

    def tag_or_word(tag: re.Match[str]) -> str:
        name, is_bare = tag["name"].lower(), not tag["rest"].strip(" /")
        word = "&lt;" + tag[0][1:]
        if not tag["closed"]:
            return tag[0] if _ATTRIBUTE.search(tag["rest"]) else word
        if tag["end"]:
            return tag[0] if is_html or name in opened or not is_bare else word
        opened.add(name)
        if name in _VOID or last_end.get(name, -1) > tag.start():
            return tag[0]
        if name in _UNSEEN:  # a browser would hide the rest of the text
            return word if is_bare else tag[0] if name in _CODE else " "
        stands_alone = text[max(tag.start() - 1, 0)] in " ([\"'«“"
        return word if is_bare and not is_html and stands_alone else tag[0]

    return _TAG.sub(tag_or_word, text)


def without_sections(text: str, start: str, end: str) -> str:
    """The text without what stands between each `start` and the `end` after it, in lower case."""
    lower = text.lower() if text.isascii() else re.sub("[A-Z]+", lambda run: run[0].lower(), text)
    kept, position = [], 0
    while (opened := lower.find(start, position)) >= 0:
        closed = lower.find(end, opened)
        if closed < 0:
            break
        kept.append(text[position:opened])
        position = closed + len(end)
        if end.startswith("</"):
            position = lower.find(">", closed) + 1 or len(text)
    return "".join((*kept, text[position:]))


def single_line(text: str, limit: int) -> str:
    """Return plain text as one line, without control and direction characters."""
    return shorten(" ".join(_INVISIBLE.sub("", text).split()), limit)


def _decoded(text: str) -> str:
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def shorten(text: str, limit: int) -> str:
    """Return at most `limit` characters, cut between words if possible and ended with "…"."""
    if len(text) <= limit:
        return text
    between = text.rfind(" ", limit // 2, limit)
    return text[: between if between > 0 else limit - 1].rstrip() + "…"


def clean_tags(names: Iterable[str]) -> tuple[str, ...]:
    """Return the cleaned tags without duplicates, in order, at most `MAX_TAGS`."""
    cleaned = (plain_text(name, limit=MAX_TAG) for name in names)
    return tuple(dict.fromkeys(name for name in cleaned if name))[:MAX_TAGS]


def clean_guid(text: str) -> str | None:
    """Return the publisher's identifier of an entry, or the digest of one that is too long."""
    text = _INVISIBLE.sub("", text).strip()
    if len(text) > MAX_GUID:
        return "sha256:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return text or None


def absolute_url(url: str, base: str = "") -> str | None:
    """Return an absolute http or https address that is safe to show, or None.

    Relative addresses are resolved against `base`, but not placeholders such as "N/A".  An address
    with a user name is refused: it may imitate another host.
    """
    url = re.sub(r"[\t\r\n]", "", _INVISIBLE.sub("", url)).strip()
    if _HOSTLESS.match(url) or (url != "#" and is_placeholder(url)):
        return None
    try:
        absolute = urljoin(base, with_host(url, base)) if url else ""
        parts = urlsplit(absolute)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    absolute = "%20".join(absolute.split())
    return absolute if "\\" not in parts.netloc and len(absolute) <= MAX_URL else None


def with_host(url: str, base: str) -> str:
    """Return the address with "//" before its host, where the publisher left out the scheme."""
    try:
        own_host = urlsplit(base).netloc
    except ValueError:
        return url
    names_own_host = bool(own_host) and url.lower().startswith(f"{own_host.lower()}/")
    return f"//{url}" if names_own_host or _SCHEMELESS.match(url) else url


def language_tag(tag: str | None) -> str | None:
    """Return the tag in BCP 47 form ("zh_hans-cn" → "zh-Hans-CN"), or None for an invalid one."""
    match = _LANGUAGE.fullmatch((tag or "").strip().replace("_", "-"))
    if match is None:
        return None
    name = match["language"].lower()
    name = _LANGUAGE_ALIASES.get(name, name)
    if name in _NO_LANGUAGE:
        return None
    script = f"-{match['script'].title()}" if match["script"] else ""
    region = f"-{match['region'].upper()}" if match["region"] else ""
    return f"{name}{script}{region}{match['rest'].lower()}"
