"""Two wordings are versions of one story when enough of their terms are in common."""

from __future__ import annotations

import pytest

from monitor.articles.wordings import Wording, are_alike

TEXT = "Builders and deminers will be sent to the border region before winter, officials announced"
OTHER = (
    "Ministers opened another harbour on Tuesday where vessels from seven countries were waiting"
)


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        (("Builders sent", TEXT), ("Deminers leave", f"{TEXT} today"), True),  # half of the text
        (("Builders sent", TEXT), ("Builders sent", OTHER), False),  # a series of that title
        (("Builders sent", TEXT), ("Builders sent", f"{OTHER} builders border region"), True),
        (("Builders sent", TEXT), ("Harbour opened", OTHER), False),
        (("Builders sent", "Short."), ("Builders sent", OTHER), True),  # the headlines decide
        (("Builders sent", "Short."), ("Harbour opened", "Short."), False),
    ],
)
def test_versions_have_terms_in_common(
    first: tuple[str, str], second: tuple[str, str], alike: bool
):
    assert are_alike(Wording(*first), Wording(*second)) is alike
    assert are_alike(Wording(*second), Wording(*first)) is alike


def test_a_wording_is_read_once_for_all_comparisons():
    wording = Wording("Builders sent", TEXT)
    are_alike(wording, Wording("Harbour opened", OTHER))
    assert wording.text_terms is wording.text_terms
    # numbers: a commit keeps the terms of thousands of texts
    assert {type(term) for term in wording.text_terms | wording.headline_terms} == {int}
    assert wording.headline_terms is wording.headline_terms
