"""Search grammar: a question becomes a tree, or is refused with the place and a suggestion.

    any   := all { "OR" all }                      all  := part { ["AND"] part }
    part  := ("NOT" | "-") part | atom
    atom  := "(" any ")" | word["*"] | "several words" | /pattern/ | field value | "sort:" order
    value := word | "several words" | list of words "a,b" | "(" any ")" after title: and text:

`saved:NAME` stands for the conditions of a saved search, without its order.

Nothing is ignored: an unknown field, an open bracket, a date that the calendar does not have and
a word without any letter are errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from monitor.search import fields
from monitor.search.fields import ParseContext
from monitor.search.lexer import Lexeme, LexemeKind, lexemes
from monitor.search.question import (
    AllOf,
    AnyOf,
    MatchesPattern,
    Node,
    Not,
    Question,
    QuestionError,
    Sort,
    Where,
    Words,
    leaves,
    required_words,
)
from monitor.search.tokeniser import question_phrase

MOST_TERMS = 60
DEEPEST = 10  # brackets and negations within each other
LONGEST_PHRASE = 60  # tokens

_ENDS = (LexemeKind.END, LexemeKind.CLOSE)
_ATOMS = (
    LexemeKind.OPEN,
    LexemeKind.FIELD,
    LexemeKind.WORD,
    LexemeKind.QUOTED,
    LexemeKind.PATTERN,
)


def parse(text: str, now: datetime, zone: tzinfo = UTC) -> Question:
    """The tree of a question; dates without a zone are of `zone`.  Raise QuestionError."""
    return parse_in(text, ParseContext(now, zone))


def parse_in(text: str, context: ParseContext) -> Question:
    """The tree of a question in this context.  Raise QuestionError."""
    return _Parser(text, context).question()


class _Parser:
    """Reads the pieces of one question from left to right."""

    def __init__(self, text: str, context: ParseContext) -> None:
        self._text = text
        self._context = context
        self._pieces = lexemes(text)
        self._next = 0
        self._depth = 0
        self._where: Where | None = None  # of the words in the brackets after a field
        self._sort: Sort | None = None

    def question(self) -> Question:
        tree = None
        if self._piece.kind is not LexemeKind.END:
            tree = self._any()
        if self._piece.kind is not LexemeKind.END:
            raise self._fault(self._piece, "this bracket was not opened: remove it")
        if sum(1 for _ in leaves(tree)) > MOST_TERMS:
            raise self._fault(self._piece, f"more than {MOST_TERMS} terms: split the question")
        self._check_patterns(tree)
        return Question(tree, self._sort or Sort.NEW)

    def _check_patterns(self, tree: Node | None) -> None:
        """Raise QuestionError for a pattern without a word beside it, but within saved searches."""
        has_pattern = any(isinstance(leaf, MatchesPattern) for leaf in leaves(tree))
        if not has_pattern or self._context.within or required_words(tree):
            return
        written = (piece for piece in self._pieces if piece.kind is LexemeKind.PATTERN)
        fault = "a pattern needs a word beside it that the article must have: kursk /r[ou]te/"
        raise self._fault(next(written, self._pieces[0]), fault)

    @property
    def _piece(self) -> Lexeme:
        return self._pieces[self._next]

    def _take(self) -> Lexeme:
        piece = self._piece
        self._next += 1
        return piece

    def _fault(self, piece: Lexeme, fault: str) -> QuestionError:
        return QuestionError(self._text, piece.place, fault)

    def _any(self) -> Node | None:
        """Alternatives; None where the only part is the order."""
        start = self._piece
        parts = [self._all()]
        while self._piece.kind is LexemeKind.OR:
            self._take()
            parts.append(self._all())
        if len(parts) > 1 and None in parts:
            raise self._fault(start, "sort: is no alternative: write it last, without OR")
        return _combined(AnyOf, parts)

    def _all(self) -> Node | None:
        parts = [self._part()]
        while self._piece.kind not in (*_ENDS, LexemeKind.OR):
            if self._piece.kind is LexemeKind.AND:
                self._take()
            parts.append(self._part())
        return _combined(AllOf, parts)

    def _part(self) -> Node | None:
        piece = self._piece
        if piece.kind is not LexemeKind.NOT:
            return self._atom()
        self._take()
        self._enter(piece)
        part = self._part()
        self._depth -= 1
        return None if part is None else Not(part)

    def _enter(self, piece: Lexeme) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._fault(piece, f"more than {DEEPEST} levels deep: write it with fewer")

    def _atom(self) -> Node | None:
        piece = self._take()
        if piece.kind not in _ATOMS:
            self._next -= 1
            described = piece.text or "the end"
            raise self._fault(piece, f"a word is missing before {described}: add or remove one")
        if piece.kind is LexemeKind.OPEN:
            return self._bracket(piece)
        if piece.kind is LexemeKind.FIELD:
            return self._field(piece)
        if piece.kind is LexemeKind.PATTERN:
            return self._pattern(piece)
        return self._words(piece, self._where or Where.ANYWHERE)

    def _bracket(self, opening: Lexeme) -> Node | None:
        self._enter(opening)
        inner = self._any()
        if self._piece.kind is not LexemeKind.CLOSE:
            raise self._fault(opening, "this bracket is not closed: add ) at its end")
        self._take()
        self._depth -= 1
        return inner

    def _words(self, piece: Lexeme, where: Where) -> Words:
        words, any_ending = piece.text, piece.text.endswith("*")
        words = words.removesuffix("*")
        if "*" in words:
            raise self._fault(piece, "a star stands only at the end of a word or phrase")
        phrase = question_phrase(words, any_ending=any_ending)
        if not phrase.tokens or (any_ending and not question_phrase(words[-1:]).tokens):
            raise self._fault(piece, f"{piece.text!r} has no letter or digit to search for")
        if len(phrase.tokens) > LONGEST_PHRASE:
            raise self._fault(piece, "a phrase this long can't be searched: shorten it")
        return Words(words, where, any_ending)

    def _pattern(self, piece: Lexeme) -> MatchesPattern:
        if self._where is not None:
            raise self._fault(piece, "no pattern may stand in the brackets after a field")
        if not piece.text.strip():
            raise self._fault(piece, "an empty pattern: write one between the slashes, or none")
        return MatchesPattern(piece.text)

    def _field(self, piece: Lexeme) -> Node | None:
        name = piece.text.lower()
        if self._where is not None:
            raise self._fault(piece, "no field may stand in the brackets after a field")
        if name not in fields.NAMES:
            hint = fields.suggestion(name, fields.NAMES)
            raise self._fault(piece, f"no field {name!r}: {hint} (quote what is no field)")
        value = self._value(piece, name)
        if piece.operator != ":":
            return self._compared(piece, name, value)
        if name == "sort":
            self._sort = self._order(value)
            return None
        if name in fields.WORD_FIELDS:
            return self._word_field(value, fields.WORD_FIELDS[name])
        return self._condition(name, value)

    def _value(self, piece: Lexeme, name: str) -> Lexeme:
        """The piece after a field; a bracket is left for the caller to read on."""
        value = self._take()
        has_bracket = value.kind is LexemeKind.OPEN and name in fields.WORD_FIELDS
        is_word = value.kind in (LexemeKind.WORD, LexemeKind.QUOTED)
        if not value.is_glued or not value.text or not (is_word or has_bracket):
            fault = f"{name}{piece.operator} needs a value right after it, without a space"
            raise self._fault(piece, fault)
        return value

    def _compared(self, piece: Lexeme, name: str, value: Lexeme) -> Node:
        if name != "score":
            raise self._fault(piece, f"{name} is not compared: write {name}: and a value")
        try:
            return fields.compared_score(piece.operator, value.text)
        except ValueError as error:
            raise self._fault(value, str(error)) from None

    def _order(self, value: Lexeme) -> Sort:
        if self._depth or self._sort is not None:
            raise self._fault(value, "sort: stands once, outside of brackets")
        if value.text not in list(Sort):
            hint = fields.suggestion(value.text, Sort)
            raise self._fault(value, f"no order {value.text!r}: {hint}")
        return Sort(value.text)

    def _word_field(self, value: Lexeme, where: Where) -> Node | None:
        if value.kind is not LexemeKind.OPEN:
            return self._words(value, where)
        self._where = where
        inner = self._bracket(value)
        self._where = None
        return inner

    def _condition(self, name: str, value: Lexeme) -> Node:
        """The condition of one value, or of the alternatives in a list."""
        items = [value.text] if value.kind is LexemeKind.QUOTED else value.text.split(",")
        try:
            if not all(item.strip() for item in items):
                raise ValueError("a value is missing beside a comma")
            parts = [self._part_of_field(name, item) for item in items]
        except ValueError as error:
            raise self._fault(value, f"{name}: {error}") from None
        node = parts[0] if len(parts) == 1 else AnyOf(tuple(parts))
        if isinstance(node, AllOf | AnyOf) and self._depth >= DEEPEST:
            raise self._fault(value, f"more than {DEEPEST} levels deep: write it with fewer")
        return node

    def _part_of_field(self, name: str, item: str) -> Node:
        """The condition of one value.  Raise ValueError."""
        if name != "saved":
            return fields.READERS[name](item, self._context)
        question, context = self._context.of_saved(item)
        try:
            tree = parse_in(question, context).tree
        except QuestionError as error:
            raise ValueError(f"{item!r} can't be used, because {error.fault}") from None
        if tree is None:
            raise ValueError(f"{item!r} finds every article: leave it out")
        return tree


def _combined(kind: type[AllOf] | type[AnyOf], parts: Sequence[Node | None]) -> Node | None:
    """The parts as one node, those of the same kind taken apart; None where there is none."""
    nodes: list[Node] = []
    for part in parts:
        if isinstance(part, kind):
            nodes += part.parts
        elif part is not None:
            nodes.append(part)
    if len(nodes) > 1:
        return kind(tuple(nodes))
    return nodes[0] if nodes else None
