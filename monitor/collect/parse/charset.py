"""Which letters are these bytes?  A document as text, whatever its headers claim."""

from __future__ import annotations

import codecs
import re

from monitor.collect.parse.charset_guess import guess_charset

_MARKS = (  # longest first: UTF-32's mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<\x00", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_PARAMETER = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE | re.ASCII)
# Character sets of people.  Python also answers to "punycode", "unicode_escape", "undefined" and
# the like, which are traps: slow, or raising what is no decoding error.
_PEOPLES = re.compile(
    r"ascii|big5(hkscs)?|cp\d+|euc_\w+|gb\w+|hp-roman8|hz|iso8859-\d+|iso2022_\w+|johab|koi8-[rtu]"
    r"|kz1048|mac-\w+|ptcp154|shift_jis\w*|tis-620|utf-(8|16|32)(-[bl]e)?"
)
# What publishers declare → the larger set that they use.
_LARGER = {"gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932"}
_BEYOND_ASCII = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
# So many characters that read well as UTF-8 are no accident in any other set.
_SURE = 4


def decode(body: bytes, content_type: str, *, inside: str = "") -> str:
    """The document as text; never fails.

    A byte-order mark is believed first, then bytes that can only be UTF-8, then the header, the
    XML declaration, what the document says elsewhere (`inside`), UTF-8, what it looks like, and
    Windows-1252.  A set that fits but for a few bytes is better than one that turns the whole
    document into noise.
    """
    named = [*_marked(body), *_surely_utf8(body), *_declared(body, content_type, inside)]
    candidates = list(dict.fromkeys([*named, "utf-8"]))
    for name in candidates:
        try:
            return body.decode(name)
        except UnicodeError:
            continue
    for name in candidates:
        text = body.decode(name, "replace")
        if _fits_nearly(text):
            return text
    return body.decode(guess_charset(body) or "cp1252", "replace")


def _fits_nearly(text: str) -> bool:
    """Few bytes are no characters of the set, and most of those beyond ASCII are."""
    bad = text.count("\ufffd")
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return bad * 100 <= len(text) and bad * 2 <= beyond


def _marked(body: bytes) -> list[str]:
    return [name for mark, name in _MARKS if body.startswith(mark)][:1]


def _surely_utf8(body: bytes) -> list[str]:
    found = 0
    for found, _ in enumerate(_BEYOND_ASCII.finditer(body), 1):
        if found == _SURE:
            break
    return ["utf-8"] if found == _SURE else []


def _declared(body: bytes, content_type: str, inside: str) -> list[str]:
    header = _PARAMETER.search(content_type)
    declaration = _DECLARED.match(body)
    names = [header[1] if header else "", declaration[1].decode() if declaration else "", inside]
    return [codec for codec in map(_codec, names) if codec]


def _codec(name: str) -> str | None:
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return _LARGER.get(codec, codec) if _PEOPLES.fullmatch(codec) else None
