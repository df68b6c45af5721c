"""Full-text queries: the words of a question in the languages of FTS5 and of `tsquery`.

Tokens hold no quotation mark, so they can't leave theirs.
"""

from __future__ import annotations

from monitor.search.question import AllOf, AnyOf, Node, Not, Where, Words, leaves
from monitor.search.tokeniser import Phrase, question_phrase
from monitor.store.search.indexed_text import LABEL_MARKS

_FTS_COLUMNS = {
    Where.ANYWHERE: "{title text}",
    Where.TITLE: "{title}",
    Where.TEXT: "{text}",
    Where.AUTHOR: "{labels}",
    Where.TAG: "{labels}",
}
# Weights: A is the headline, D the rest.
_WEIGHTS = {Where.TITLE: "A", Where.TEXT: "D"}


def is_text(node: Node) -> bool:
    """Whether the index of words alone answers this part of a question."""
    return all(isinstance(leaf, Words) for leaf in leaves(node))


def _phrase(words: Words) -> Phrase:
    phrase = question_phrase(words.words, any_ending=words.any_ending)
    mark = LABEL_MARKS.get(words.where, "")
    return Phrase(tuple(mark + token for token in phrase.tokens), phrase.is_prefix)


def fts_match(node: Node) -> str | None:
    """The FTS5 query of a tree of words; None where it would only exclude."""
    if isinstance(node, Words):
        phrase = _phrase(node)
        star = " *" if phrase.is_prefix else ""
        return f'{_FTS_COLUMNS[node.where]} : "{" ".join(phrase.tokens)}"{star}'
    if isinstance(node, AnyOf):
        parts = [fts_match(part) for part in node.parts]
        return None if None in parts else f"({' OR '.join(filter(None, parts))})"
    if not isinstance(node, AllOf):
        return None
    positive_parts = [part for part in node.parts if not isinstance(part, Not)]
    excluded = [fts_match(part.part) for part in node.parts if isinstance(part, Not)]
    required = [fts_match(part) for part in positive_parts]
    if not required or None in required or None in excluded:
        return None
    match = f"({' AND '.join(filter(None, required))})"
    return f"({match} NOT ({' OR '.join(filter(None, excluded))}))" if excluded else match


def ts_query(node: Node) -> str:
    """The `tsquery` of a tree of words."""
    if isinstance(node, AnyOf):
        return f"({' | '.join(ts_query(part) for part in node.parts)})"
    if isinstance(node, AllOf):
        return f"({' & '.join(ts_query(part) for part in node.parts)})"
    if isinstance(node, Not):
        return f"!{ts_query(node.part)}"
    if not isinstance(node, Words):
        raise TypeError(f"{type(node).__name__} is not in the index of words")
    phrase = _phrase(node)
    weight = _WEIGHTS.get(node.where, "")
    lexemes = [f"'{token}':{weight}" if weight else f"'{token}'" for token in phrase.tokens]
    if phrase.is_prefix:
        lexemes[-1] = f"'{phrase.tokens[-1]}':*{weight}"
    return f"({' <-> '.join(lexemes)})"
