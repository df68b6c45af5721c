"""Equal figures are one claim; later ones supersede, others differ."""

from __future__ import annotations

from datetime import timedelta

from monitor.domain.stated_figures import StatedFigure
from monitor.stories.claims import claims_of
from tests.fakes import NOW


def stated(
    value: float | None,
    party: str | None = "seoul",
    hours: float = 0,
    *,
    top: float | None = None,
    kind: str = "killed",
    approx: bool = False,
    claimant: str | None = "an officer",
) -> StatedFigure:
    return StatedFigure(
        article_key=f"{hours}", position=0, kind=kind, value_min=value,
        value_max=top if top is not None else value, approx=approx, claimant=claimant, party=party,
        through=None, at=NOW + timedelta(hours=hours), quote="", sentence="",
    )  # fmt: skip


def test_equal_figures_are_one_claim_with_all_its_sources():
    (claim,) = claims_of([stated(600, hours=2), stated(600)])
    assert [source.article_key for source in claim.sources] == ["0", "2"]
    assert (claim.first_at, claim.last_at) == (NOW, NOW + timedelta(hours=2))


def test_a_later_claim_by_the_same_party_supersedes_and_both_stay():
    first, second, third = claims_of([stated(600), stated(800, hours=1), stated(900, hours=2)])
    assert (first.superseded_by, second.superseded_by, third.superseded_by) == (1, 2, None)
    assert third.is_current
    assert first.differs_from == ()


def test_another_partys_value_differs_where_the_ranges_exclude_each_other():
    claims = claims_of(
        [stated(600), stated(2_000, "kyiv", 1), stated(600, "kyiv", 2, kind="shells")]
    )
    assert [claim.differs_from for claim in claims] == [(1,), (0,), ()]
    assert all(claim.is_current for claim in claims)


def test_an_approximate_value_and_an_open_range_agree_with_what_they_allow():
    assert claims_of([stated(1_000, approx=True), stated(1_100, "kyiv", 1)])[0].differs_from == ()
    open_range = StatedFigure(
        article_key="x", position=0, kind="killed", value_min=None, value_max=5_000, approx=False,
        claimant=None, party="kyiv", through=None, at=NOW, quote="", sentence="",
    )  # fmt: skip
    assert claims_of([open_range, stated(1_000, hours=1)])[0].differs_from == ()


def test_nobody_supersedes_nobody():
    claims = claims_of([stated(1, None, claimant=None), stated(2, None, 1, claimant=None)])
    assert all(claim.is_current for claim in claims)
