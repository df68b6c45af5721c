"""Tests of facets as links."""

from __future__ import annotations

from monitor.store.search.facets import Facets
from monitor.web.console.facet_links import FacetLinks

FACETS = Facets(
    total=4,
    is_capped=False,
    topics={},
    themes={},
    languages={"ko": 1, "en": 3, "": 5},
    feeds={"a" * 32: 4},
    months={"2025-05": 3, "2025-06": 1},
)


def test_the_most_frequent_come_first_and_months_in_their_order() -> None:
    links = FacetLinks(question="kursk", address=lambda question: question)
    assert links.languages(FACETS) == [
        ("English", 3, "kursk lang:en", False),
        ("Korean", 1, "kursk lang:ko", False),
    ]
    assert [name for name, *_ in links.months(FACETS)] == ["2025-06", "2025-05"]
    assert links.feeds(FACETS, {"a" * 32: "Harbour Wire"})[0][0] == "Harbour Wire"


def test_a_facet_that_is_on_takes_its_condition_away() -> None:
    links = FacetLinks(question="kursk lang:ko", address=lambda question: question)
    assert ("Korean", 1, "kursk", True) in links.languages(FACETS)


def test_a_condition_narrows_all_alternatives() -> None:
    links = FacetLinks(question="kursk OR seoul", address=lambda question: question)
    assert links.languages(FACETS)[0][2] == "(kursk OR seoul) lang:en"
