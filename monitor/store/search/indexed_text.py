"""The tokens of an article, as the search index of each database stores them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.domain.articles import Article
from monitor.search.grammar import LONGEST_PHRASE
from monitor.search.question import Where
from monitor.search.tokeniser import MAX_TEXT, index_tokens
from monitor.store.database.columns import storable_text
from monitor.store.schema.base import SENTENCE_LENGTH, TEXT_LENGTH, TITLE_LENGTH

# Marks before the tokens of a label: private-use characters, which no token contains.
LABEL_MARKS = {Where.AUTHOR: "\ue000", Where.TAG: "\ue001"}

# PostgreSQL keeps 255 positions of a lexeme, none above 16,383, and drops further ones in silence.
# https://www.postgresql.org/docs/current/textsearch-limitations.html
_MOST_POSITIONS = 255
_LAST_POSITION = 16_000

# Between two texts that are no phrase together; None in a sequence of tokens.
_Gap = None


@dataclass(frozen=True, slots=True)
class IndexedText:
    """What of an article is indexed, as it is stored."""

    title: str
    text: str
    author: str
    tags: tuple[str, ...]

    def title_tokens(self) -> list[str]:
        """The tokens of the headline."""
        return index_tokens(self.title)

    def text_tokens(self) -> list[str]:
        """The tokens of the beginning of the text."""
        return index_tokens(self.text[:MAX_TEXT])

    def label_tokens(self) -> list[list[str]]:
        """The marked tokens of the author and of each tag, one list each."""
        tagged = [_marked(Where.TAG, tag) for tag in self.tags]
        return [_marked(Where.AUTHOR, self.author), *tagged]


def _marked(where: Where, label: str) -> list[str]:
    return [LABEL_MARKS[where] + token for token in index_tokens(label)]


def from_article(article: Article) -> IndexedText:
    """The text of an article, cut and cleaned as its columns are."""
    entry = article.entry
    return IndexedText(
        title=storable_text(entry.title)[:TITLE_LENGTH],
        text=storable_text(entry.text)[:TEXT_LENGTH],
        author=storable_text(entry.author or "")[:SENTENCE_LENGTH],
        tags=tuple(storable_text(tag) for tag in entry.tags),
    )


def from_row(row: Any) -> IndexedText:
    """The text of a row with the columns title, text, author and tags."""
    return IndexedText(row.title, row.text, row.author or "", tuple(row.tags))


# The text of a gap in an FTS5 column: a token that no question contains.
_FTS_GAP = " \ue002 "


def fts_columns(indexed: IndexedText) -> dict[str, str]:
    """The columns of the FTS5 table: tokens between spaces."""
    return {
        "title": " ".join(indexed.title_tokens()),
        "text": " ".join(indexed.text_tokens()),
        "labels": _FTS_GAP.join(" ".join(tokens) for tokens in indexed.label_tokens() if tokens),
    }


def tsvectors(indexed: IndexedText) -> list[str]:
    """The `tsvector` values of an article: mostly one, more when it has too many positions."""
    sequence: list[tuple[str, str] | None] = [(token, "A") for token in indexed.title_tokens()]
    for tokens in ([*indexed.text_tokens()], *indexed.label_tokens()):
        sequence.append(_Gap)
        sequence += [(token, "") for token in tokens]
    return [_tsvector(part) for part in _parts(sequence)]


_Sequence = Sequence[tuple[str, str] | None]


def _parts(sequence: _Sequence) -> Iterator[_Sequence]:
    """The sequence in parts that PostgreSQL stores whole; a phrase lies within one of them."""
    counts = Counter(sequence)
    del counts[_Gap]
    if len(sequence) <= _LAST_POSITION and max(counts.values(), default=0) <= _MOST_POSITIONS:
        yield sequence
        return
    step = _MOST_POSITIONS - LONGEST_PHRASE
    for start in range(0, len(sequence), step):
        yield sequence[start : start + _MOST_POSITIONS]


def _tsvector(sequence: _Sequence) -> str:
    positions: dict[str, list[str]] = defaultdict(list)
    for position, item in enumerate(sequence, start=1):
        if item is not _Gap:
            token, weight = item
            positions[token].append(f"{position}{weight}")
    return " ".join(f"'{token}':{','.join(places)}" for token, places in positions.items())
