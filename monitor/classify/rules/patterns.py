r"""RE2 patterns of operators: checked, and with `\b`, `\w`, `\s` and `\d` for all scripts.

RE2 matches in time linear in the text, whatever the pattern; its own `\b` and `\w` know ASCII only
(https://github.com/google/re2/wiki/Syntax).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import re2

from monitor.domain.errors import ConfigError
from monitor.text.search_form import unified

MAX_PATTERN = 1_000  # characters; much longer literals exceed the memory limit of RE2
MAX_MEMORY = 8 * 2**20  # bytes for one pattern

WORD = r"\p{L}\p{M}\p{N}_"
LEFT_EDGE, RIGHT_EDGE = rf"(?:^|[^{WORD}])", rf"(?:$|[^{WORD}])"
# Not of a word: separators, signs, controls, and punctuation but the low line.
_NO_WORD = r"\p{Z}\p{S}\p{C}\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}"
_IN_CLASS = {r"\w": WORD, r"\W": _NO_WORD, r"\d": r"\p{Nd}", r"\D": r"\P{Nd}", r"\s": r"\s\p{Z}"}
_ALONE = {
    r"\w": f"[{WORD}]",
    r"\W": f"[^{WORD}]",
    r"\d": r"\p{Nd}",
    r"\D": r"\P{Nd}",
    r"\s": r"[\s\p{Z}]",
    r"\S": r"[^\s\p{Z}]",
}
_TOKEN = re.compile(
    r"(?P<literal>\\Q.*?(?:\\E|$))"
    r"|(?P<escape>\\(?:[pP]\{[^}]*\}|[pP].|x\{[^}]*\}|x[0-9A-Fa-f]{2}|.))"
    r"|(?P<class>\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\])"
    r"|(?P<flags>\(\?[imsU-]+\))"
    r"|(?P<open>\((?:\?(?:P?<\w+>|[imsU-]*:))?)"
    r"|(?P<close>\))|(?P<bar>\|)|(?P<start>\^)|(?P<end>\$)"
    r"|(?P<many>[*+?]\??|\{\d+(?:,\d*)?\}\??)|(?P<plain>.)",
    re.DOTALL,
)
_CLASS_PART = re.compile(r"\\[pP]\{[^}]*\}|\\.|[^\\]+", re.DOTALL)
_MULTI_LINE = re.compile(r"\(\?[isU]*m")
# Parts of a pattern that a text need not have any letter for.
_EMPTY = frozenset({"open", "close", "bar", "flags", "start", "end"})
_UNPRINTED = {"\x08": r"\b", "\x0c": r"\f", "\x1b": r"\e", "\x07": r"\a", "\x0b": r"\v"}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


class Pattern:
    """A compiled pattern of a rule."""

    def __init__(self, pattern: str, rule: str) -> None:
        """Raise ConfigError for a pattern that is invalid, matches everything, or nothing."""
        _check_characters(pattern, rule)
        pattern = unicodedata.normalize("NFC", pattern)
        compiled(pattern, rule)  # so that an error names the pattern as written
        self._pattern = compiled(_for_all_scripts(pattern, rule), rule)
        self._unified = compiled(_for_all_scripts(_unified(pattern), rule), rule)
        if self._pattern.search("") is not None:
            raise ConfigError(
                f"keyword rule {rule!r}: {pattern!r} matches an empty text, and so every article:"
                " look for an empty alternative (`a|`) or a part that may be missing (`.*`, `x?`)"
            )

    def find(self, text: str) -> str | None:
        """Return what matches in the text, as written, or None."""
        match = self._pattern.search(text) or self._unified.search(unified(text))
        if match is None:
            return None
        words = text[match.start() : match.end()]
        return words.strip() or words


def compiled(pattern: str, rule: str, *, case_sensitive: bool = False) -> Any:
    """The pattern compiled by RE2.  Raise ConfigError with its message."""
    options = re2.Options()
    options.case_sensitive = case_sensitive
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        message = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
        raise ConfigError(
            f"keyword rule {rule!r}: {pattern!r} is not an RE2 pattern: {message} (RE2 has no"
            " look-around and no back-references)"
        ) from None


def check_printable(text: str, rule: str) -> None:
    """Raise ConfigError for a control character, which no article has."""
    for character in text:
        if unicodedata.category(character) == "Cc" and character not in "\t\n\r":
            written = _UNPRINTED.get(character, f"U+{ord(character):04X}")
            raise ConfigError(
                f"keyword rule {rule!r}: {text!r} can never match: it contains the control"
                f" character {written}; in TOML write patterns in single quotes, such as"
                r" regex = '\bword\b'"
            )


def _check_characters(pattern: str, rule: str) -> None:
    if len(pattern) > MAX_PATTERN:
        raise ConfigError(f"keyword rule {rule!r}: longer than {MAX_PATTERN} characters; split it")
    check_printable(pattern, rule)


def _unified(pattern: str) -> str:
    """The pattern with one kind of apostrophe and hyphen; a hyphen in a class stays a character."""
    return "".join(
        _unified_text(token.text) if token.kind in ("class", "plain") else token.text
        for token in _tokens(pattern)
    )


def _unified_text(text: str) -> str:
    pairs = zip(text, unified(text), strict=True)
    return "".join(r"\-" if new == "-" != old else new for old, new in pairs)


def _tokens(pattern: str) -> list[_Token]:
    return [_Token(match.lastgroup or "", match[0]) for match in _TOKEN.finditer(pattern)]


def _for_all_scripts(pattern: str, rule: str) -> str:
    tokens = _tokens(pattern)
    opening, closing = _outermost(tokens), _outermost(tokens[::-1])[::-1]
    _check_anchors(pattern, tokens, rule)
    parts = []
    for place, token in enumerate(tokens):
        if token.text == r"\b":
            parts.append(_edge(pattern, tokens, place, opening[place], closing[place], rule))
        elif token.kind == "class":
            parts.append(_class_for_all_scripts(token.text))
        else:
            parts.append(_ALONE.get(token.text, token.text))
    return "".join(parts)


def _class_for_all_scripts(text: str) -> str:
    return _CLASS_PART.sub(lambda part: _IN_CLASS.get(part[0], part[0]), text)


def _outermost(tokens: Sequence[_Token]) -> list[bool]:
    """For each token whether nothing that a text must have comes before it.

    The tokens may be reversed: then whether nothing comes after it.
    """
    opener = next((token.kind for token in tokens if token.kind in ("open", "close")), "")
    is_first, groups, places = True, [], []
    for token in tokens:
        places.append(is_first)
        if token.kind == opener:
            groups.append(is_first)
        elif token.kind in ("open", "close"):
            is_first = False
            if groups:
                groups.pop()
        elif token.kind == "bar":
            is_first = groups[-1] if groups else True
        elif token.kind not in _EMPTY and token.text != r"\b":
            is_first = False
    return places


def _edge(
    pattern: str, tokens: Sequence[_Token], place: int, is_first: bool, is_last: bool, rule: str
) -> str:
    r"""What stands for `\b`: a mark of the text's start or end, or a character outside a word."""
    before, is_certain_before = _neighbour(tokens[:place][::-1])
    after, is_certain_after = _neighbour(tokens[place + 1 :])
    if is_first and _is_of_word(after):
        return LEFT_EDGE
    if is_last and _is_of_word(before):
        return RIGHT_EDGE
    if is_certain_before and _separates(before) and _is_of_word(after):
        return ""  # the separator says the same
    if is_certain_after and _separates(after) and _is_of_word(before):
        return ""
    if not pattern.isascii():
        raise ConfigError(
            rf"keyword rule {rule!r}: {pattern!r} has a \b in its middle, where RE2 knows"
            r" letters of ASCII only: write \s+ or [^\p{L}] for what separates the words"
        )
    return r"\b"


def _neighbour(tokens: Sequence[_Token]) -> tuple[_Token | None, bool]:
    """The first part that stands for a character, and whether a text must have it."""
    parts = [token for token in tokens if token.kind not in _EMPTY]
    if not parts:
        return None, False
    quantifiers = [token for token in parts[:2] if token.kind == "many"]
    part = next((token for token in parts if token.kind != "many"), None)
    return part, all(quantifier.text.startswith("+") for quantifier in quantifiers)


def _separates(token: _Token | None) -> bool:
    """Whether the part of a pattern is a character outside words."""
    if token is None:
        return False
    if token.kind == "plain":
        return not _is_of_word(token) and token.text != "."
    is_sign = token.kind == "escape" and not token.text[1].isalnum()
    return is_sign or token.text in (r"\s", r"\W")


def _is_of_word(token: _Token | None) -> bool:
    """Whether the part of a pattern is, or may be, a character of a word."""
    if token is None:
        return False
    if token.kind == "plain":
        return token.text.isalnum() or token.text == "_"
    if token.kind == "class":
        return not token.text.startswith("[^")
    if token.kind == "escape":
        return token.text in (r"\w", r"\d") or token.text.startswith((r"\p{L", r"\pL", r"\x"))
    return token.kind == "literal"


def _check_anchors(pattern: str, tokens: Sequence[_Token], rule: str) -> None:
    """Raise ConfigError where a letter must come before the start of the text, or after its end."""
    if any(token.kind in ("flags", "open") and _MULTI_LINE.match(token.text) for token in tokens):
        return
    for before, after in pairwise(tokens):
        is_after_letter = before.kind == "plain" and after.kind == "start"
        if is_after_letter or (before.kind == "end" and after.kind == "plain"):
            raise ConfigError(
                f"keyword rule {rule!r}: {pattern!r} can never match: {before.text + after.text!r}"
                " asks for a character outside the text"
            )
