"""Wordings: whether two headlines with texts are versions of one story, by the terms in common."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from monitor.text import comparison

# Of the terms only their hashes are kept, for less than half of the memory: a commit has those of
# its articles, and of all that these are compared with, at the same time.
_TermHashes = frozenset[int]

# Shares of terms in common.  From _ALIKE on, an entry is an edit of the one with its name, not
# another story; from _RELATED on, texts under two equal headlines belong to one story rather than
# to a series of that title.
_ALIKE = 0.5
_RELATED = 0.2
_LEAST_TERMS = 8  # of a text that takes part in the comparison
_COMPARED_CHARACTERS = 500  # of a text


@dataclass(frozen=True)
class Wording:
    """A headline and a text; their terms are computed at first use, once for all comparisons."""

    title: str
    text: str

    @cached_property
    def headline_terms(self) -> _TermHashes:
        """The terms of the headline, hashed."""
        return _terms(self.title)

    @cached_property
    def text_terms(self) -> _TermHashes:
        """The terms of the beginning of the text, hashed."""
        return _terms(self.text)


def are_alike(first: Wording, second: Wording) -> bool:
    """Whether two wordings are versions of one story.

    They are when half of the terms of the texts are in common, or half of the headlines' and some
    of the texts'.  Where a text has hardly any terms, the headlines decide.
    """
    headline, headline_2 = first.headline_terms, second.headline_terms
    text, text_2 = first.text_terms, second.text_terms
    in_common = len(headline & headline_2)
    headlines_alike = in_common >= _ALIKE * max(1, len(headline), len(headline_2))
    shorter = min(len(text), len(text_2))
    if shorter < _LEAST_TERMS:
        return headlines_alike
    share = len(text & text_2) / shorter
    return share >= _ALIKE or (headlines_alike and share >= _RELATED)


def _terms(text: str) -> _TermHashes:
    return frozenset(map(hash, comparison.terms(comparison.tokens(text[:_COMPARED_CHARACTERS]))))
