"""Charset (character set) detection: decodes a document even when it declares a wrong one."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from itertools import islice

from monitor.collect.parse.charset_guess import guess_charset, is_guessable, is_less_likely

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
_SUPERSETS = {
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "koi8-r": "koi8-u",
    "shift_jis": "cp932",
    "tis-620": "cp874",
}
# ISO set → the Windows set that publishers send under its name.  The octets 80 to 9F are letters in
# the second, and controls that no text has in the first.
_WINDOWS_SETS = {
    "iso8859-2": "cp1250",
    "iso8859-6": "cp1256",
    "iso8859-7": "cp1253",
    "iso8859-8": "cp1255",
    "iso8859-13": "cp1257",
}
_C1_CONTROLS = re.compile(rb"[\x80-\x84\x86-\x9f]")
# Escape sequences of the seven-bit sets, which are valid ASCII otherwise.
_SEVEN_BIT = (
    (b"\x1b$B", "iso2022_jp_ext"),
    (b"\x1b$@", "iso2022_jp_ext"),
    (b"\x1b$)C", "iso2022_kr"),
)
# Names that Python does not know, without "x-".
_ALIASES = {
    "mac-cyrillic": "mac-cyrillic",
    "unicode": "utf-8",
    "utf8mb4": "utf-8",
    "dos-866": "cp866",
}
# Western sets.  They make noise of any other text without an error, and servers declare them for
# everything they send, so they are believed last.
_WESTERN = re.compile(r"cp(1252|1254|437|850|858)|iso8859-(1|9|15)|mac-roman|hp-roman8")
_BEYOND_ASCII = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
# This many valid multi-byte UTF-8 sequences do not occur by chance in any other set.
_MIN_SEQUENCES = 4


def decode(body: bytes, content_type: str, *, declared: str = "") -> str:
    """Decode a document; never fails.

    Tried in this order: the byte-order mark, escape sequences of a seven-bit set, UTF-8 when enough
    bytes can be nothing else, the Content-Type header, the XML declaration, `declared` (the charset
    that the document names elsewhere), all three after the guessed set where the text is unlikely
    in them, UTF-8 with single elements in another set, a set in which few bytes are invalid, the
    guessed set, a declared Western set, Windows-1252.
    """
    evident = [*_by_signature(body), *_by_utf8_sequences(body)]
    if (text := _decode_by_first(body, evident)) is not None:  # most documents end here
        return text
    names = [*evident, *_by_declaration(body, content_type, declared)]
    candidates = list(dict.fromkeys([*names, "utf-8"]))
    trusted = [name for name in candidates if not _WESTERN.fullmatch(name)]
    if (text := _decode_by_first(body, trusted)) is not None:
        return text
    if (text := _decode_by_element(body)) is not None:
        return text
    for name in trusted:
        text = body.decode(name, "replace")
        if _is_nearly_valid(text):
            return text
    guess = guess_charset(body)
    western = next((name for name in candidates if name not in trusted), "cp1252")
    return body.decode(guess or western, "replace")


def _decode_by_first(body: bytes, names: Sequence[str]) -> str | None:
    """The text in the first of these sets in which all bytes are valid; else None."""
    for name in names:
        try:
            return body.decode(name)
        except UnicodeError:
            continue
    return None


def _decode_by_element(body: bytes) -> str | None:
    """UTF-8 where it is valid in most elements, the guessed set or replacement in the others.

    None when UTF-8 is not the set of most elements that have letters beyond ASCII.
    """
    elements = [element for element in body.split(b"<") if not element.isascii()]
    others = [element for element in elements if not _is_utf8(element)]
    if 2 * len(others) > len(elements):
        return None
    foreign = {element for element in others if not _BEYOND_ASCII.search(element)}
    codec = guess_charset(b"\n".join(sorted(foreign))) or "cp1252"
    return "<".join(
        element.decode(codec if element in foreign else "utf-8", "replace")
        for element in body.split(b"<")
    )


def _is_utf8(octets: bytes) -> bool:
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_nearly_valid(text: str) -> bool:
    """Whether few bytes were invalid: under 1 % of all, and under half of those beyond ASCII."""
    bad = text.count("\ufffd")
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return bad * 100 <= len(text) and bad * 2 <= beyond


def _by_signature(body: bytes) -> list[str]:
    names = [name for signature, name in _SIGNATURES if body.startswith(signature)][:1]
    if not names and b"\x1b" in body and body.isascii():
        names = [name for escape, name in _SEVEN_BIT if escape in body][:1]
    return names


def _by_utf8_sequences(body: bytes) -> list[str]:
    sequences = islice(_BEYOND_ASCII.finditer(body), _MIN_SEQUENCES)
    return ["utf-8"] if len(list(sequences)) == _MIN_SEQUENCES else []


def _by_declaration(body: bytes, content_type: str, declared: str) -> list[str]:
    header = _PARAMETER.search(content_type)
    declaration = _DECLARED.match(body)
    names = [header[1] if header else "", declaration[1].decode() if declaration else "", declared]
    codecs_named = [_as_sent(codec, body) for codec in map(_codec, names) if codec]
    is_doubtful = len(set(codecs_named)) > 1 or any(map(is_guessable, codecs_named))
    if body.isascii() or not is_doubtful:
        return codecs_named
    guess = guess_charset(body)  # takes longer than parsing the document
    if guess and any(is_less_likely(codec, guess, body) for codec in codecs_named):
        codecs_named.insert(0, guess)
    if len(set(codecs_named)) > 1:  # they contradict each other: the text decides
        codecs_named.sort(key=lambda codec: codec != guess)
    return codecs_named


def _as_sent(codec: str, body: bytes) -> str:
    """The Windows set under the name of the ISO set, where the text has letters of it."""
    windows = _WINDOWS_SETS.get(codec)
    return windows if windows and _C1_CONTROLS.search(body) else codec


def _codec(name: str) -> str | None:
    name = re.sub(r"^(?:x-)+", "", name.lower())
    try:
        codec = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return None
    return _SUPERSETS.get(codec, codec) if _ALLOWED.fullmatch(codec) else None
