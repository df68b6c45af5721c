"""Search lexer: a question becomes brackets, operators, words, phrases, patterns and fields."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.search.question import QuestionError

LONGEST_QUESTION = 500  # characters
_QUOTES = '"“”„«»'
_FIELD = re.compile(r"(?P<name>[^\W\d]+)(?P<operator>:|>=|<=|>|<)")
_WORD_END = re.compile(rf"[\s(){_QUOTES}]")


class LexemeKind(enum.StrEnum):
    """What a piece of a question is."""

    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    FIELD = "field"  # a name with its operator, such as "score>="
    WORD = "word"
    QUOTED = "quoted"
    PATTERN = "pattern"  # of a regular expression, without its slashes
    END = "end"


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A piece of a question, and where it begins."""

    kind: LexemeKind
    text: str
    place: int
    operator: str = ""  # of a field
    is_glued: bool = False  # no space between this and the piece before


_SINGLE = {"(": LexemeKind.OPEN, ")": LexemeKind.CLOSE, "-": LexemeKind.NOT}
_OPERATORS = {kind.value: kind for kind in (LexemeKind.AND, LexemeKind.OR, LexemeKind.NOT)}


def lexemes(question: str) -> list[Lexeme]:
    """The pieces of a question, the last of kind END.  Raise QuestionError."""
    if len(question) > LONGEST_QUESTION:
        fault = f"longer than {LONGEST_QUESTION} characters: split the question"
        raise QuestionError(question[:LONGEST_QUESTION], LONGEST_QUESTION, fault)
    for place, character in enumerate(question):
        if unicodedata.category(character) in ("Cc", "Cs") and not character.isspace():
            shown = "".join(other if other.isprintable() else "?" for other in question)
            raise QuestionError(shown, place, "an unprintable character: remove it")
    return list(_pieces(question))


def _pieces(question: str) -> Iterator[Lexeme]:
    place = end = 0
    value_of_field = False
    while place < len(question):
        character = question[place]
        if character.isspace():
            place += 1
            value_of_field = False
            continue
        glued = place == end and place > 0
        lexeme, after = _next(question, place, glued=glued, is_value=value_of_field)
        yield lexeme
        value_of_field = lexeme.kind is LexemeKind.FIELD
        place = end = after
    yield Lexeme(LexemeKind.END, "", len(question))


def _next(question: str, place: int, *, glued: bool, is_value: bool) -> tuple[Lexeme, int]:
    """The piece that begins at `place`, and where the next may begin."""
    character = question[place]
    if character in "()" or (character == "-" and not is_value):
        return Lexeme(_SINGLE[character], character, place, is_glued=glued), place + 1
    if character in _QUOTES:
        return _quoted(question, place, glued=glued)
    if character == "/" and not is_value:
        return _pattern(question, place, glued=glued)
    field = None if is_value else _FIELD.match(question, place)
    if field:
        name = Lexeme(LexemeKind.FIELD, field["name"], place, field["operator"], is_glued=glued)
        return name, field.end()
    stop = _WORD_END.search(question, place)
    end = stop.start() if stop else len(question)
    word = question[place:end]
    kind = LexemeKind.WORD if is_value else _OPERATORS.get(word, LexemeKind.WORD)
    return Lexeme(kind, word, place, is_glued=glued), end


def _pattern(question: str, place: int, *, glued: bool) -> tuple[Lexeme, int]:
    end = place + 1
    while end < len(question) and question[end] != "/":
        end += 2 if question[end] == "\\" else 1
    if end >= len(question):
        fault = "this pattern is not closed: add / at its end, or quote what is none"
        raise QuestionError(question, place, fault)
    text = question[place + 1 : end]
    return Lexeme(LexemeKind.PATTERN, text, place, is_glued=glued), end + 1


def _quoted(question: str, place: int, *, glued: bool) -> tuple[Lexeme, int]:
    end = place + 1
    while end < len(question) and question[end] not in _QUOTES:
        end += 1
    if end == len(question):
        raise QuestionError(question, place, "this quotation mark is not closed: add another")
    text = question[place + 1 : end]
    return Lexeme(LexemeKind.QUOTED, text, place, is_glued=glued), end + 1
