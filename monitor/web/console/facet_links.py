"""Facets as links: each adds a condition to a question, or takes it away again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from monitor.actions.reading.searches import FACETS_SHOWN
from monitor.store.search.facets import Facets
from monitor.text.language_names import language_name
from monitor.web.site.context import SiteContext

FacetLink = tuple[str, int, str, bool]  # name, count, address, whether it is on


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetLinks:
    """Makes the links of one question; `address` is the page for a changed question."""

    question: str
    address: Callable[[str], str]

    def topics(self, facets: Facets, site: SiteContext) -> list[FacetLink]:
        """The topics that articles are relevant for; none where there is one topic."""
        if len(site.topics) < 2:
            return []
        return self._links(facets.topics, "topic", lambda name: site.topics.get(name, name))

    def themes(self, facets: Facets, site: SiteContext) -> list[FacetLink]:
        """The themes that most articles count for."""
        return self._links(facets.themes, "theme", lambda slug: site.theme_titles.get(slug, slug))

    def languages(self, facets: Facets) -> list[FacetLink]:
        """The languages of most articles."""
        return self._links(facets.languages, "lang", language_name)

    def feeds(self, facets: Facets, titles: Mapping[str, str]) -> list[FacetLink]:
        """The feeds of most articles, by the beginning of their keys."""
        by_start = {key[:8]: count for key, count in facets.feeds.items()}
        names = {key[:8]: title for key, title in titles.items()}
        return self._links(by_start, "feed", lambda key: names.get(key) or key)

    def months(self, facets: Facets) -> list[FacetLink]:
        """The months in which the articles were seen, the latest first."""
        newest = dict(sorted(facets.months.items(), reverse=True)[:FACETS_SHOWN])
        return self._links(newest, "seen", str, in_order=True)

    def _links(
        self,
        counts: Mapping[str, int],
        field: str,
        name: Callable[[str], str],
        *,
        in_order: bool = False,
    ) -> list[FacetLink]:
        pairs = [(value, count) for value, count in counts.items() if value]
        if not in_order:
            pairs.sort(key=lambda pair: (-pair[1], pair[0]))
        shown = pairs[:FACETS_SHOWN]
        return [self._link(f"{field}:{value}", name(value), count) for value, count in shown]

    def _link(self, condition: str, name: str, count: int) -> FacetLink:
        words = self.question.split()
        is_on = condition in words
        if is_on:
            changed = " ".join(word for word in words if word != condition)
        else:
            changed = f"{_whole(self.question)} {condition}".strip()
        return name, count, self.address(changed), is_on


def _whole(question: str) -> str:
    """The question in brackets where a condition behind it would belong to one alternative."""
    return f"({question})" if " OR " in question else question
