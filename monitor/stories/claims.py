"""Claims: equal figures are one, a claimant's later figure supersedes the earlier one, and another
claimant's differs; all of them stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.domain.stated_figures import StatedFigure, agree, claimant_of, value_text


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedClaim:
    """One value of one kind by one claimant, with every article that states it."""

    kind: str
    claimant: str | None  # as first written
    party: str | None
    value_min: float | None
    value_max: float | None
    approx: bool
    first_at: datetime
    last_at: datetime
    sources: tuple[StatedFigure, ...]  # in order of time
    superseded_by: int | None = None  # place in the list: the same claimant's next value
    differs_from: tuple[int, ...] = ()  # places: other claimants' values that exclude this one

    @property
    def text(self) -> str:
        """The value in words: "about 3,000"."""
        return value_text(self.value_min, self.value_max, approx=self.approx)

    @property
    def is_current(self) -> bool:
        """Whether its claimant has stated no other value since."""
        return self.superseded_by is None


def claims_of(stated: Iterable[StatedFigure]) -> list[StatedClaim]:
    """The claims of one story, in the order in which they were first made."""
    by_value: dict[object, list[StatedFigure]] = {}
    for figure in sorted(stated, key=lambda figure: (figure.at, figure.article_key)):
        value = figure.value_min, figure.value_max, figure.approx
        by_value.setdefault((claimant_of(figure), figure.kind, value), []).append(figure)
    claims = [_claim(sources) for sources in by_value.values()]
    return [
        replace(
            claim,
            superseded_by=_next_value(claims, place),
            differs_from=_rivals(claims, claim),
        )
        for place, claim in enumerate(claims)
    ]


def _claim(sources: Sequence[StatedFigure]) -> StatedClaim:
    first = sources[0]
    return StatedClaim(
        kind=first.kind,
        claimant=first.claimant,
        party=first.party,
        value_min=first.value_min,
        value_max=first.value_max,
        approx=first.approx,
        first_at=first.at,
        last_at=sources[-1].at,
        sources=tuple(sources),
    )


def _next_value(claims: Sequence[StatedClaim], place: int) -> int | None:
    """The next claim of the same kind by the same claimant, where anybody is named."""
    claim = claims[place]
    claimant = claimant_of(claim.sources[0])
    if not claimant:
        return None
    later = range(place + 1, len(claims))
    return next((other for other in later if _is_of(claims[other], claim.kind, claimant)), None)


def _rivals(claims: Sequence[StatedClaim], claim: StatedClaim) -> tuple[int, ...]:
    return tuple(place for place, rival in enumerate(claims) if _contradicts(claim, rival))


def _is_of(claim: StatedClaim, kind: str, claimant: str) -> bool:
    return claim.kind == kind and claimant_of(claim.sources[0]) == claimant


def _contradicts(claim: StatedClaim, rival: StatedClaim) -> bool:
    """Whether another claimant states a value of this kind that excludes this one."""
    figure, other = claim.sources[0], rival.sources[0]
    if rival.kind != claim.kind or claimant_of(other) == claimant_of(figure):
        return False
    return not agree(figure, other)
