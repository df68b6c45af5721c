"""Repair of XML that is not well-formed: bare ampersands, unquoted attributes, bad characters.

Only for documents that a parser has refused.  CDATA sections stay as they are.
"""

from __future__ import annotations

import html.entities
import re

_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_AMPERSAND = re.compile(
    r"&(?:(?P<number>#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});)|(?P<name>[a-zA-Z][a-zA-Z0-9]{1,31});)?"
)
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_START_TAG = re.compile(r"<[a-zA-Z](?:\"[^\"]*\"|'[^']*'|[^<>\"'])*>")
_UNQUOTED = re.compile(r"(\s[\w:.-]+\s*=\s*)([^\s\"'<>]+?)(?=\s|/?>)")
_OUTLINE = re.compile(r"<outline\b[^<>]*(?:<\s[^<>]*)*>", re.IGNORECASE)
# A quotation mark within a value: no attribute and no end of the tag follows it.
_INNER_QUOTE = re.compile(
    r"(?<![=\s])\"(?!\s*(?:[\w:.-]+\s*=\s*[\"']|[/?]?>))|(?<=[^=\s]\s)\"(?=\w)"
)
_BARE_LESS_THAN = re.compile(r"(?<!^)<")
# Characters that XML 1.0 forbids.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def escape_ampersands(text: str) -> str:
    """Escape each "&" that begins no reference; write HTML's named characters by number.

    Publishers forget the first in addresses ("?id=1&lang=ko"), and XML does not know the second.
    A document that declares entities of its own is returned unchanged.
    """
    if "<!ENTITY" in text:
        return text
    sections = _CDATA.split(text)
    sections[::2] = [_AMPERSAND.sub(_escaped, section) for section in sections[::2]]
    return "".join(sections)


def quote_attributes(text: str) -> str:
    """Put quotation marks around attribute values that have none."""
    return _START_TAG.sub(lambda tag: _UNQUOTED.sub(r'\1"\2"', tag[0]), text)


def escape_in_outlines(text: str) -> str:
    """Escape quotation marks and "<" within the values of a feed list's attributes."""
    return _OUTLINE.sub(
        lambda tag: _BARE_LESS_THAN.sub("&lt;", _INNER_QUOTE.sub("&quot;", tag[0])), text
    )


def repair_xml(text: str) -> str:
    """All repairs, for a document of few bytes that a person hands over, such as a feed list."""
    text = NOT_XML.sub("", text).lstrip("\ufeff \t\r\n")
    return quote_attributes(escape_in_outlines(escape_ampersands(text)))


def _escaped(match: re.Match[str]) -> str:
    name = match["name"]
    if match["number"] or name in _XML_ENTITIES:
        return match[0]
    code = html.entities.name2codepoint.get(name or "")
    return f"&#{code};" if code else "&amp;" + match[0][1:]
