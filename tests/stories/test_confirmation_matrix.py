"""Who asserts, confirms and denies each claim of a story."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.domain.stated_figures import StatedFigure
from monitor.domain.stories import GroupedArticle, GroupingReason, Stance, Statement
from monitor.stories.confirmation_matrix import ConfirmationMatrix, matrix_of

START = datetime(2025, 6, 17, tzinfo=UTC)


def article(key: str, *statements: tuple[str, Stance, str], hours: float = 0) -> GroupedArticle:
    return GroupedArticle(
        article_key=key, story=1, copy_key=key, origin="", at=START + timedelta(hours=hours),
        why=GroupingReason(sentence=""),
        statements=tuple(Statement(party=p, stance=s, sentence=t) for p, s, t in statements),
    )  # fmt: skip


def figure(key: str, value: float, party: str | None, *, hours: float = 0) -> StatedFigure:
    return StatedFigure(
        article_key=key, position=0, kind="killed", value_min=value, value_max=value, approx=False,
        claimant=party, party=party, through=None, at=START + timedelta(hours=hours),
        quote=str(value), sentence=f"{value} killed",
    )  # fmt: skip


def stances(matrix: ConfirmationMatrix) -> dict[str, dict[str, Stance]]:
    return {
        row.claim: {party: cell.stance for party, cell in row.cells.items()} for row in matrix.rows
    }


def test_a_story_without_statements_has_no_matrix():
    assert matrix_of("Troops leave", [article("a")], []) == ConfirmationMatrix()


def test_the_story_itself_is_a_claim():
    matrix = matrix_of(
        "Troops leave",
        [
            article("a", ("seoul", Stance.ASSERTED, "Seoul says so")),
            article("b", ("moscow", Stance.DENIED, "Moscow denies it"), hours=1),
        ],
        [],
    )
    assert matrix.parties == ("moscow", "seoul")
    assert stances(matrix) == {"Troops leave": {"seoul": Stance.ASSERTED, "moscow": Stance.DENIED}}
    assert matrix.rows[0].cells["moscow"].sentence == "Moscow denies it"
    assert matrix.rows[0].cells["moscow"].article_key == "b"


def test_equal_figures_are_one_claim_and_others_are_claims_of_their_own():
    figures = [figure("a", 600, "seoul"), figure("b", 600, "kyiv"), figure("c", 900, "kyiv")]
    assert stances(matrix_of("Losses", [], figures)) == {
        "600 killed": {"seoul": Stance.ASSERTED, "kyiv": Stance.ASSERTED},
        "900 killed": {"kyiv": Stance.ASSERTED},
    }


def test_a_denial_in_the_sentence_of_a_figure_is_about_the_figure():
    denial = ("moscow", Stance.DENIED, "600 killed")
    matrix = matrix_of("Losses", [article("a", denial)], [figure("a", 600, "seoul")])
    assert stances(matrix) == {"600 killed": {"seoul": Stance.ASSERTED, "moscow": Stance.DENIED}}


def test_a_figure_of_nobody_has_no_row_until_somebody_speaks_of_it():
    assert matrix_of("Losses", [], [figure("a", 600, None)]) == ConfirmationMatrix()


def test_the_latest_firm_stance_replaces_others_and_an_assertion_replaces_none():
    story = [
        article("a", ("moscow", Stance.ASSERTED, "1")),
        article("b", ("moscow", Stance.DENIED, "2"), hours=1),
        article("c", ("moscow", Stance.CONFIRMED, "3"), hours=2),
        article("d", ("moscow", Stance.ASSERTED, "4"), hours=3),
    ]
    (row,) = matrix_of("Troops", list(reversed(story)), []).rows
    assert (row.cells["moscow"].stance, row.cells["moscow"].sentence) == (Stance.CONFIRMED, "3")


def test_the_first_assertion_stays():
    story = [
        article("b", ("moscow", Stance.ASSERTED, "later"), hours=1),
        article("a", ("moscow", Stance.ASSERTED, "first")),
    ]
    (row,) = matrix_of("Troops", story, []).rows
    assert row.cells["moscow"].sentence == "first"


def test_an_expected_party_without_a_word_is_silent_since_the_beginning():
    since = {"moscow": START, "pyongyang": START}
    said = article("a", ("moscow", Stance.DENIED, "Moscow denies it"))
    matrix = matrix_of("Troops leave", [said], [figure("a", 600, "seoul")], since)
    assert stances(matrix) == {
        "Troops leave": {"moscow": Stance.DENIED, "pyongyang": Stance.SILENT},
        "600 killed": {"seoul": Stance.ASSERTED},
    }
    cell = matrix.rows[0].cells["pyongyang"]
    assert (cell.sentence, cell.article_key, cell.at) == ("", None, START)
    assert matrix.parties == ("moscow", "pyongyang", "seoul")
