"""Confirmation matrix: which parties assert, confirm or deny each claim of a story, or decline to
comment, each with the sentence that says so.

The first row is the story itself; then comes a row for each figure, equal values being one.  A
party that was expected to speak and said nothing is silent in the first row.  A party without a
cell is not reported to have said anything about the claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from types import MappingProxyType

from monitor.domain.stated_figures import StatedFigure, agree, value_text
from monitor.domain.stories import GroupedArticle, Stance


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """What a party says about a claim: the latest confirmation, denial or refusal to comment, or,
    where there is none, the first assertion.
    """

    stance: Stance
    sentence: str  # empty of a party that was expected to speak
    article_key: str | None  # None: no article reports its silence
    at: datetime  # of the article; of a silence without one, since when


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """A claim, and what each party says about it."""

    claim: str  # the title of the story, or a figure: "600 killed"
    cells: Mapping[str, MatrixCell]  # party → what it says


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationMatrix:
    """The claims of a story, and the parties that say something about any of them."""

    parties: tuple[str, ...] = ()
    rows: tuple[MatrixRow, ...] = ()


@dataclass(slots=True)
class _Claim:
    """A row that is being made."""

    text: str
    figure: StatedFigure | None = None
    cells: dict[str, MatrixCell] = field(default_factory=dict)

    def add(self, party: str, cell: MatrixCell) -> None:
        """Add a cell that is not older than those before it."""
        if party not in self.cells or cell.stance is not Stance.ASSERTED:
            self.cells[party] = cell


def matrix_of(
    title: str,
    articles: Sequence[GroupedArticle],
    figures: Iterable[StatedFigure],
    silent_since: Mapping[str, datetime] = MappingProxyType({}),
) -> ConfirmationMatrix:
    """The matrix of a story with these articles and figures.

    `silent_since` has the parties that were expected to speak and published other things since:
    those of them without a word about the story are silent.
    """
    event = _Claim(text=title)
    claims: list[_Claim] = []
    claim_of_sentence: dict[tuple[str, str], _Claim] = {}
    for figure in sorted(figures, key=lambda figure: (figure.at, figure.article_key)):
        claim = _claim_of(figure, claims)
        claim_of_sentence.setdefault((figure.article_key, figure.sentence), claim)
        if figure.party is not None:
            cell = MatrixCell(
                stance=Stance.ASSERTED,
                sentence=figure.sentence,
                article_key=figure.article_key,
                at=figure.at,
            )
            claim.add(figure.party, cell)
    for article in sorted(articles, key=lambda article: (article.at, article.article_key)):
        for statement in article.statements:
            claim = claim_of_sentence.get((article.article_key, statement.sentence), event)
            cell = MatrixCell(
                stance=statement.stance,
                sentence=statement.sentence,
                article_key=article.article_key,
                at=article.at,
            )
            claim.add(statement.party, cell)
    spoke = set(chain.from_iterable(claim.cells for claim in (event, *claims)))
    for party in sorted(silent_since.keys() - spoke):
        event.cells[party] = MatrixCell(
            stance=Stance.SILENT, sentence="", article_key=None, at=silent_since[party]
        )
    rows = [MatrixRow(claim=claim.text, cells=claim.cells) for claim in (event, *claims)]
    spoken = [row for row in rows if row.cells]
    parties: dict[str, None] = {}
    for row in spoken:
        parties |= dict.fromkeys(row.cells)
    return ConfirmationMatrix(parties=tuple(sorted(parties)), rows=tuple(spoken))


def _claim_of(figure: StatedFigure, claims: list[_Claim]) -> _Claim:
    """The claim with an agreeing figure of the same kind, or a new one."""
    for claim in claims:
        other = claim.figure
        if other is not None and other.kind == figure.kind and agree(figure, other):
            return claim
    value = value_text(figure.value_min, figure.value_max, approx=figure.approx)
    claims.append(_Claim(text=f"{value} {figure.kind}", figure=figure))
    return claims[-1]
