"""Character set detection: decodes a document, even when its declared encoding is wrong."""

from __future__ import annotations

import codecs
import re
from itertools import islice

from monitor.collect.parse.charset_guess import guess_charset

_SIGNATURES = (  # byte-order marks and first bytes; longest first: UTF-32's starts with UTF-16's
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
# Character sets of natural languages.  Python also knows codecs such as "punycode",
# "unicode_escape" and "undefined", which are slow or raise other errors than UnicodeError.
_ALLOWED = re.compile(
    r"ascii|big5(hkscs)?|cp\d+|euc_\w+|gb\w+|hp-roman8|hz|iso8859-\d+|iso2022_\w+|johab|koi8-[rtu]"
    r"|kz1048|mac-\w+|ptcp154|shift_jis\w*|tis-620|utf-(8|16|32)(-[bl]e)?"
)
# Declared set → the superset that publishers use under its name.
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932"}
_BEYOND_ASCII = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
# This many valid multi-byte UTF-8 sequences do not occur by chance in any other set.
_MIN_SEQUENCES = 4


def decode(body: bytes, content_type: str, *, declared: str = "") -> str:
    """Decode a document; never fails.

    Tried in this order: the byte-order mark, UTF-8 when enough bytes can be nothing else, the
    Content-Type header, the XML declaration, `declared` (the charset that the document names
    elsewhere), UTF-8, the guessed set, Windows-1252.  A set in which only a few bytes are invalid
    is preferred to a guess.
    """
    preferred = [*_by_signature(body), *_by_utf8_sequences(body)]
    preferred += _by_declaration(body, content_type, declared)
    candidates = list(dict.fromkeys([*preferred, "utf-8"]))
    for name in candidates:
        try:
            return body.decode(name)
        except UnicodeError:
            continue
    for name in candidates:
        text = body.decode(name, "replace")
        if _is_nearly_valid(text):
            return text
    return body.decode(guess_charset(body) or "cp1252", "replace")


def _is_nearly_valid(text: str) -> bool:
    """Whether few bytes were invalid: under 1 % of all, and under half of those beyond ASCII."""
    bad = text.count("\ufffd")
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return bad * 100 <= len(text) and bad * 2 <= beyond


def _by_signature(body: bytes) -> list[str]:
    return [name for signature, name in _SIGNATURES if body.startswith(signature)][:1]


def _by_utf8_sequences(body: bytes) -> list[str]:
    sequences = islice(_BEYOND_ASCII.finditer(body), _MIN_SEQUENCES)
    return ["utf-8"] if len(list(sequences)) == _MIN_SEQUENCES else []


def _by_declaration(body: bytes, content_type: str, declared: str) -> list[str]:
    header = _PARAMETER.search(content_type)
    declaration = _DECLARED.match(body)
    names = [header[1] if header else "", declaration[1].decode() if declaration else "", declared]
    return [codec for codec in map(_codec, names) if codec]


def _codec(name: str) -> str | None:
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return _SUPERSETS.get(codec, codec) if _ALLOWED.fullmatch(codec) else None
